"""The copy gate adds the second gradient into the array of the first, which is not its own.

Diagnosis: work on a copy instead of changing the argument
Loses: CopyGate
"""

class CopyGate:
    def forward(self, x):
        return x, x

    def backward(self, upstream_1, upstream_2):
        upstream_1 += upstream_2
        return upstream_1
