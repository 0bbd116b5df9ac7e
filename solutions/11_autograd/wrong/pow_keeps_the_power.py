"""The power rule brings the exponent down, but does not lower the power.

Diagnosis: the power was not lowered by one
Loses: Value.__pow__
"""

class Value(Value):
    def __pow__(self, exponent):
        return Value(self.data**exponent, [(self, exponent * self.data**exponent)])
