"""number / Value is taken for Value / number.

Loses: Value.__truediv__
"""

class Value(Value):
    def __rtruediv__(self, other):
        return self / other
