"""The denominator is not squared in the derivative by the denominator.

Diagnosis: the square of the denominator is missing
Loses: Value.__truediv__
"""

class Value(Value):
    def __truediv__(self, other):
        other = as_value(other)
        return Value(self.data / other.data, [(self, 1 / other.data), (other, -self.data / other.data)])
