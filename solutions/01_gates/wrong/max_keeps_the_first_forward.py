"""The max gate decides who wins at its first forward and keeps to it ever after.

Diagnosis: this belongs to an earlier forward of the gate
Loses: MaxGate
"""

import numpy as np


class MaxGate:
    def __init__(self):
        self.mask = None

    def forward(self, x, y):
        if self.mask is None:
            self.mask = np.greater(x, y)
        return np.maximum(x, y)

    def backward(self, upstream):
        return upstream * self.mask, upstream * np.logical_not(self.mask)
