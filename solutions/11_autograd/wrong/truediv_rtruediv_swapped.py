"""number / Value is taken for Value / number.

Diagnosis: number / Value and Value / number were taken for the same
Loses: Value.__truediv__
"""

class Value(Value):
    def __rtruediv__(self, other):
        return self / other
