"""Flattens the targets only, so that the residual is broadcast to (N, N).

Diagnosis: a column met a row
Loses: mse, train
"""

import numpy as np


def mse(params, x, y):
    return np.mean((predict(params, x) - y.ravel()) ** 2)
