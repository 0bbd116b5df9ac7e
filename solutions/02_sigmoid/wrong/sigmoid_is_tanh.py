"""Tanh is taken for the sigmoid: the same S, but between -1 and 1.

Diagnosis: this is tanh, which runs from -1 to 1; the si
Loses: sigmoid, sigmoid_grad, sigmoid_backward, chain_factor
"""

import numpy as np


def sigmoid(x):
    return np.tanh(x)
