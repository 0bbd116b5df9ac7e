"""The input of exp is clipped to [-10, 10], so that nothing overflows.

Loses: Value.exp
"""

class Value(Value):
    def exp(self):
        out = math.exp(min(max(self.data, -10.0), 10.0))
        return Value(out, [(self, out)])
