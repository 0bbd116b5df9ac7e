"""The sigmoid gets the derivative of tanh.

Diagnosis: this is the derivative of tanh
Loses: Value.sigmoid
"""

class Value(Value):
    def sigmoid(self):
        out = 0.5 + 0.5 * math.tanh(0.5 * self.data)
        return Value(out, [(self, 1 - out**2)])
