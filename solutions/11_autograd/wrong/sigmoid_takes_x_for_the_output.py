"""The derivative of the sigmoid is computed from the input: x(1 - x).

Diagnosis: the input was taken for the output
Loses: Value.sigmoid
"""

class Value(Value):
    def sigmoid(self):
        out = 0.5 + 0.5 * math.tanh(0.5 * self.data)
        return Value(out, [(self, self.data * (1 - self.data))])
