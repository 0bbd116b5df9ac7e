"""The mul gate answers with its local gradients only, as if the upstream gradient were 1.

Loses: MulGate, circuit_gradients
"""

class MulGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, upstream):
        return self.y, self.x
