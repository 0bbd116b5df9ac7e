"""The gate is treated as a constant when x times gate is differentiated.

Diagnosis: only the gate is here
Loses: gelu_grad, silu_grad
"""
import math

import numpy as np

# %%
def gelu_grad(x):
    return 0.5 * (1 + erf(x / math.sqrt(2)))


def silu_grad(x):
    return 0.5 * (1 + np.tanh(0.5 * x))
