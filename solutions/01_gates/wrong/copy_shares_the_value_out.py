"""The copy gate splits its input in two halves, as a current splits at a junction.

Diagnosis: the value is shared out between the outputs
Diagnosis: every entry is exactly half
Loses: CopyGate
"""

class CopyGate:
    def forward(self, x):
        return x / 2, x / 2

    def backward(self, upstream_1, upstream_2):
        return upstream_1 + upstream_2
