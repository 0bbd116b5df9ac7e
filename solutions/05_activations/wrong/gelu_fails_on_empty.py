"""The error function is vectorised without an output type, which fails on an empty array.

Loses: gelu, gelu_grad
"""
import math

import numpy as np

# %%
error_function = np.vectorize(math.erf)


def gelu(x):
    return x * 0.5 * (1 + error_function(x / math.sqrt(2)))


def gelu_grad(x):
    gate = 0.5 * (1 + error_function(x / math.sqrt(2)))
    return gate + x * np.exp(-np.square(x) / 2) / math.sqrt(2 * math.pi)
