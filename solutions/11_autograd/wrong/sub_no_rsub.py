"""A plain number cannot stand on the left of a minus.

Loses: Value.__sub__
"""

class Value(Value):
    def __rsub__(self, other):
        return NotImplemented
