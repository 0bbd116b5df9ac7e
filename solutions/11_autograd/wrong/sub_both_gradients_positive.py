"""Both operands of a difference get the upstream gradient as it is.

Diagnosis: the operand that is subtracted got the sign of the other one
Loses: Value.__sub__
"""

class Value(Value):
    def __sub__(self, other):
        other = as_value(other)
        return Value(self.data - other.data, [(self, 1.0), (other, 1.0)])

    def __rsub__(self, other):
        return as_value(other) - self
