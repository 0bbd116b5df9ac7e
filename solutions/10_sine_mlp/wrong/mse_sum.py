"""Sums the squares and forgets to divide by the number of points.

Diagnosis: this is the sum of squares
Loses: mse, train
"""

import numpy as np


def mse(params, x, y):
    return np.sum((predict(params, x) - y) ** 2)
