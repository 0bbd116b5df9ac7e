"""The two paths of a copy are averaged, because both carry the same value.

Diagnosis: this is the mean of the two paths
Diagnosis: every entry is exactly half
Loses: CopyGate
"""

class CopyGate:
    def forward(self, x):
        return x, x

    def backward(self, upstream_1, upstream_2):
        return (upstream_1 + upstream_2) / 2
