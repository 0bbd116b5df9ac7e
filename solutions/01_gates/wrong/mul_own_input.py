"""Each input of a product is scaled by itself instead of by the other input.

Diagnosis: this is the gradient of the other input
Loses: MulGate, circuit_gradients
"""

class MulGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, upstream):
        return upstream * self.x, upstream * self.y
