"""number - Value is taken for Value - number.

Loses: Value.__sub__
"""

class Value(Value):
    def __rsub__(self, other):
        return self - other
