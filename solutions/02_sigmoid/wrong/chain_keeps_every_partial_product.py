"""The running products of all depths are returned, where one number is asked for.

Diagnosis: the last entry is the right answer
Loses: chain_factor
"""

import numpy as np


def chain_factor(z):
    return np.cumprod(sigmoid_grad(z))  # noqa: F821
