"""The power rule is applied to an exponential.

Diagnosis: the derivative of a power was taken
Loses: Value.exp
"""

class Value(Value):
    def exp(self):
        return Value(math.exp(self.data), [(self, self.data * math.exp(self.data - 1))])
