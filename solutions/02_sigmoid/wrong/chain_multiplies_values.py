"""The outputs of the sigmoids are multiplied, not their derivatives.

Diagnosis: this is the product of the sigmoids
Loses: chain_factor
"""

import numpy as np


def chain_factor(z):
    return np.prod(sigmoid(z))  # noqa: F821
