"""A product adds to the gradient of its first factor, but overwrites that of the second.

Diagnosis: of the two uses of the Value was counted: overwritten, not added up
Loses: Value.__mul__
"""

class Share(float):
    def __radd__(self, gradient):
        return float(self)


class Overwriting(float):
    def __rmul__(self, upstream):
        return Share(upstream * float(self))


class Value(Value):
    def __mul__(self, other):
        other = as_value(other)
        return Value(self.data * other.data, [(self, other.data), (other, Overwriting(self.data))])
