"""relu overwrites the gradient of its input instead of adding to it.

Diagnosis: of the two uses of the Value was counted: overwritten, not added up
Loses: Value.relu
"""

class Share(float):
    def __radd__(self, gradient):
        return float(self)


class Overwriting(float):
    def __rmul__(self, upstream):
        return Share(upstream * float(self))


class Value(Value):
    def relu(self):
        return Value(max(0.0, self.data), [(self, Overwriting(self.data > 0))])
