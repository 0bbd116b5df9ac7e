"""The minus in the derivative by the denominator is forgotten.

Diagnosis: the sign of the denominator's gradient is flipped
Diagnosis: the sign is flipped
Loses: Value.__truediv__
"""

class Value(Value):
    def __truediv__(self, other):
        other = as_value(other)
        return Value(self.data / other.data, [(self, 1 / other.data), (other, self.data / other.data**2)])
