"""The gradient of an array is summed to one number, because the loss is one number.

Diagnosis: one number was returned for all entries
Loses: MulGate
"""

import numpy as np


class MulGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, upstream):
        return np.sum(upstream * self.y), np.sum(upstream * self.x)
