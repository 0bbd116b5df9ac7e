"""The mul gate scales the upstream array in place and so spoils it for the second input.

Diagnosis: both inputs were multiplied in
Loses: MulGate
"""

class MulGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, upstream):
        dx = upstream
        dx *= self.y
        return dx, upstream * self.x
