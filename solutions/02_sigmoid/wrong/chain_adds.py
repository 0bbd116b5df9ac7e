"""The local derivatives along the chain are added instead of multiplied.

Diagnosis: the local derivatives are added
Loses: chain_factor
"""

import numpy as np


def chain_factor(z):
    return np.sum(sigmoid_grad(z))  # noqa: F821
