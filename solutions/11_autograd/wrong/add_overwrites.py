"""A sum overwrites the gradients of its operands instead of adding to them.

Diagnosis: of the two uses of the Value was counted: overwritten, not added up
Loses: Value.__add__
"""

class Share(float):
    def __radd__(self, gradient):
        return float(self)


class Overwriting(float):
    def __rmul__(self, upstream):
        return Share(upstream * float(self))


class Value(Value):
    def __add__(self, other):
        other = as_value(other)
        return Value(self.data + other.data, [(self, Overwriting(1)), (other, Overwriting(1))])

    __radd__ = __add__
