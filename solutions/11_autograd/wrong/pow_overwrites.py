"""A power overwrites the gradient of its base instead of adding to it.

Diagnosis: of the two uses of the Value was counted: overwritten, not added up
Loses: Value.__pow__
"""

class Share(float):
    def __radd__(self, gradient):
        return float(self)


class Overwriting(float):
    def __rmul__(self, upstream):
        return Share(upstream * float(self))


class Value(Value):
    def __pow__(self, exponent):
        return Value(self.data**exponent, [(self, Overwriting(exponent * self.data ** (exponent - 1)))])
