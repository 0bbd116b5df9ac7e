"""Unary minus turns the number round, but not its gradient.

Diagnosis: the minus sign is in the number
Loses: Value.__sub__
"""

class Value(Value):
    def __neg__(self):
        return Value(-self.data, [(self, 1.0)])
