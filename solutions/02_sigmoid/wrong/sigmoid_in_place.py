"""The negation is done in place to save memory, which overwrites the caller's array.

Diagnosis: work on a copy instead of changing the argument
Loses: sigmoid, sigmoid_grad, sigmoid_backward, chain_factor
"""

import numpy as np


def sigmoid(x):
    x = np.asarray(x)
    x *= -1
    return 1 / (1 + np.exp(x))
