"""A product with a plain number counts as a new constant.

Loses: Value.__mul__
"""

class Value(Value):
    def __mul__(self, other):
        if not isinstance(other, Value):
            return Value(self.data * other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])
