"""All the upstream gradients are added up first, as for a copied input, and every entry gets the total.

Diagnosis: the upstream gradient is summed first
Loses: sigmoid_backward
"""

import numpy as np


def sigmoid_backward(upstream, x):
    return np.sum(upstream) * sigmoid_grad(x)  # noqa: F821
