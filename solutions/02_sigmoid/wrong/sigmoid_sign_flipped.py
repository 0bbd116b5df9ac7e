"""The minus sign in the exponential is forgotten, so the curve falls instead of rising.

The derivative of the mirrored curve, computed as before, is unchanged: only the sigmoid itself is wrong.

Diagnosis: the sign in the exponential is flipped
Loses: sigmoid
"""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(x))
