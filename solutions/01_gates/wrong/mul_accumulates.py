"""The gradients of several backward calls of one mul gate are added up.

Diagnosis: the gradients of two backward calls were added up
Loses: MulGate
"""

class MulGate:
    def __init__(self):
        self.dx, self.dy = 0.0, 0.0

    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, upstream):
        self.dx = self.dx + upstream * self.y
        self.dy = self.dy + upstream * self.x
        return self.dx, self.dy
