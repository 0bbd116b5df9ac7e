"""The input is clipped to [-5, 5] against overflow, which flattens the curve where it still rises.

Loses: sigmoid, sigmoid_grad, sigmoid_backward, chain_factor
"""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(x, -5, 5)))
