"""Sorts the rows of the caller's theta to have the breakpoints in order.

Diagnosis: work on a copy
Loses: breakpoints
"""

import numpy as np


def breakpoints(theta):
    theta[:, 0], theta[:, 1] = theta[:, 0].copy(), theta[:, 1].copy()
    bending = theta[:, 1] != 0
    theta[bending] = theta[bending] / theta[bending, 1:]
    return np.unique(-theta[bending, 0])
