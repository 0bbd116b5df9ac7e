"""Unary minus makes a fresh leaf, so that the graph is cut there.

Loses: Value.__sub__
"""

class Value(Value):
    def __neg__(self):
        return Value(-self.data)
