"""Switches the inactive rows off in the weights that it was given.

Diagnosis: work on a copy
Loses: local_affine
"""

import numpy as np


def local_affine(layers, x):
    slopes, offset = np.eye(len(x)), np.zeros(len(x))
    for number, (W, b) in enumerate(layers):
        if number < len(layers) - 1:
            off = W @ (slopes @ x + offset) + b <= 0
            W[off], b[off] = 0.0, 0.0
        slopes, offset = W @ slopes, W @ offset + b
    return slopes, offset
