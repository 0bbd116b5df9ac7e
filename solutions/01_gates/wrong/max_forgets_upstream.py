"""The max gate answers with the indicator alone.

Diagnosis: the upstream gradient is missing
Diagnosis: the factor 2 of the circuit is missing from this gradient
Loses: MaxGate, circuit_gradients
"""

import numpy as np


class MaxGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return np.maximum(x, y)

    def backward(self, upstream):
        return np.greater(self.x, self.y) * 1.0, np.greater(self.y, self.x) * 1.0
