"""The textbook formula of the sigmoid overflows at -1000.

Diagnosis: an exponential is too large for a float
Loses: Value.sigmoid
"""

class Value(Value):
    def sigmoid(self):
        out = 1 / (1 + math.exp(-self.data))
        return Value(out, [(self, out * (1 - out))])
