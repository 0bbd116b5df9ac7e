"""The max gate hands the gradient to both inputs, as an add gate does.

Diagnosis: both inputs received the gradient
Diagnosis: the input that does not decide the maximum received the gradient
Loses: MaxGate, circuit_gradients
"""

import numpy as np


class MaxGate:
    def forward(self, x, y):
        return np.maximum(x, y)

    def backward(self, upstream):
        return upstream, upstream
