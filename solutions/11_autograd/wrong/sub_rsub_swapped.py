"""number - Value is taken for Value - number.

Diagnosis: number - Value and Value - number were taken for the same
Diagnosis: the sign is flipped
Loses: Value.__sub__
"""

class Value(Value):
    def __rsub__(self, other):
        return self - other
