"""exp hands its local derivative on and drops the gradient that reached it.

Diagnosis: the upstream gradient is missing
Loses: Value.exp
"""

class LocalOnly(float):
    def __rmul__(self, upstream):
        return float(self)

    __mul__ = __rmul__


class Value(Value):
    def exp(self):
        out = math.exp(self.data)
        return Value(out, [(self, LocalOnly(out))])
