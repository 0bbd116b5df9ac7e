"""Only Values can be added: a plain number on either side of + is refused.

Loses: Value.__add__
"""

class Value(Value):
    def __add__(self, other):
        if not isinstance(other, Value):
            raise TypeError("only Values can be added")
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])
