"""The max gate answers with the indicator alone.

Loses: MaxGate, circuit_gradients
"""

import numpy as np


class MaxGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return np.maximum(x, y)

    def backward(self, upstream):
        return np.greater(self.x, self.y) * 1.0, np.greater(self.y, self.x) * 1.0
