"""The mul gate answers with its local gradients only, as if the upstream gradient were 1.

Diagnosis: the upstream gradient is missing
Diagnosis: the factor 2 of the circuit is missing from this gradient
Loses: MulGate, circuit_gradients
"""

class MulGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, upstream):
        return self.y, self.x
