"""In the product rule the gate itself stands where its derivative belongs.

Diagnosis: the distribution function was used where its derivative belongs
Diagnosis: the sigmoid was used where its derivative belongs
Loses: gelu_grad, silu_grad
"""
import math

import numpy as np

# %%
def gelu_grad(x):
    gate = 0.5 * (1 + erf(x / math.sqrt(2)))
    return gate + x * gate


def silu_grad(x):
    s = 0.5 * (1 + np.tanh(0.5 * x))
    return s + x * s
