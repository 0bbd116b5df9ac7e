"""The local gradient of an addition is 1, so the add gate answers 1 whatever arrives.

Diagnosis: the upstream gradient is missing
Diagnosis: the factor 2 of the circuit is missing from this gradient
Loses: AddGate, circuit_gradients
"""

import numpy as np


class AddGate:
    def forward(self, x, y):
        return x + y

    def backward(self, upstream):
        return np.ones_like(upstream), np.ones_like(upstream)
