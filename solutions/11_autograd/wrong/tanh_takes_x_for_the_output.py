"""The derivative of tanh is computed from the input: 1 - x squared.

Diagnosis: the input was taken for the output
Loses: Value.tanh
"""

class Value(Value):
    def tanh(self):
        return Value(math.tanh(self.data), [(self, 1 - self.data**2)])
