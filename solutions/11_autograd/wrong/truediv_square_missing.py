"""The denominator is not squared in the derivative by the denominator.

Loses: Value.__truediv__
"""

class Value(Value):
    def __truediv__(self, other):
        other = as_value(other)
        return Value(self.data / other.data, [(self, 1 / other.data), (other, -self.data / other.data)])
