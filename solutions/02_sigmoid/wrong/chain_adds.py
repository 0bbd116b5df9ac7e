"""The local derivatives along the chain are added instead of multiplied.

Loses: chain_factor
"""

import numpy as np


def chain_factor(z):
    return np.sum(sigmoid_grad(z))  # noqa: F821
