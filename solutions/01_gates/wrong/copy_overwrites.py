"""The gradient of the second path overwrites the gradient of the first.

Diagnosis: only one of the two upstream gradients arrived
Loses: CopyGate
"""

class CopyGate:
    def forward(self, x):
        return x, x

    def backward(self, upstream_1, upstream_2):
        dx = upstream_1
        dx = upstream_2
        return dx
