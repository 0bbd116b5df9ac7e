"""Each factor is multiplied by itself instead of by the other one.

Diagnosis: each factor was multiplied by itself
Loses: Value.__mul__
"""

class Value(Value):
    def __mul__(self, other):
        other = as_value(other)
        return Value(self.data * other.data, [(self, self.data), (other, other.data)])
