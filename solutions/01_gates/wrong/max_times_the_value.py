"""The max gate multiplies the gradient by the value that won.

Diagnosis: the gradient was multiplied by the input
Loses: MaxGate, circuit_gradients
"""

import numpy as np


class MaxGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return np.maximum(x, y)

    def backward(self, upstream):
        return upstream * self.x * np.greater(self.x, self.y), upstream * self.y * np.greater(self.y, self.x)
