"""The mul gate keeps its inputs on a stack, and one backward call uses them up.

Loses: MulGate
"""

class MulGate:
    def __init__(self):
        self.stack = []

    def forward(self, x, y):
        self.stack.append((x, y))
        return x * y

    def backward(self, upstream):
        x, y = self.stack.pop()
        return upstream * y, upstream * x
