"""The chain rule multiplies, so the gradients of the two paths are multiplied.

Diagnosis: this is the product of the two paths
Loses: CopyGate
"""

class CopyGate:
    def forward(self, x):
        return x, x

    def backward(self, upstream_1, upstream_2):
        return upstream_1 * upstream_2
