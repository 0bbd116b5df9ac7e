"""The factor is the exponent after lowering.

Diagnosis: the factor is the lowered exponent
Loses: Value.__pow__
"""

class Value(Value):
    def __pow__(self, exponent):
        return Value(self.data**exponent, [(self, (exponent - 1) * self.data ** (exponent - 1))])
