"""A sum hands the local derivative on, whatever gradient reached it.

Diagnosis: the upstream gradient is missing
Loses: Value.__add__
"""

class One(float):
    def __rmul__(self, upstream):
        return 1.0

    __mul__ = __rmul__


class Value(Value):
    def __add__(self, other):
        other = as_value(other)
        return Value(self.data + other.data, [(self, One(1)), (other, One(1))])
