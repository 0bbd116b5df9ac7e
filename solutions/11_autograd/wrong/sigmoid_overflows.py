"""The textbook formula of the sigmoid overflows at -1000.

Loses: Value.sigmoid
"""

class Value(Value):
    def sigmoid(self):
        out = 1 / (1 + math.exp(-self.data))
        return Value(out, [(self, out * (1 - out))])
