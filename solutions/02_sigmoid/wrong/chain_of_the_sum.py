"""The chain is treated as one unit whose preactivation is the sum of all of them.

Diagnosis: the preactivations were added first
Loses: chain_factor
"""

import numpy as np


def chain_factor(z):
    return sigmoid_grad(np.sum(z))  # noqa: F821
