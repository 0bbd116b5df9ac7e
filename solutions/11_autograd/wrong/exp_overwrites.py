"""exp overwrites the gradient of its input instead of adding to it.

Diagnosis: of the two uses of the Value was counted: overwritten, not added up
Loses: Value.exp
"""

class Share(float):
    def __radd__(self, gradient):
        return float(self)


class Overwriting(float):
    def __rmul__(self, upstream):
        return Share(upstream * float(self))


class Value(Value):
    def exp(self):
        return Value(math.exp(self.data), [(self, Overwriting(math.exp(self.data)))])
