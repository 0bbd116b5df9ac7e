"""The functions themselves are returned as their derivatives.

Diagnosis: this is ELU itself
Diagnosis: this is tanh itself
Diagnosis: this is GELU itself
Diagnosis: this is SiLU itself
Loses: elu_grad, tanh_grad, gelu_grad, silu_grad
"""
import math

import numpy as np

# %%
def elu_grad(x, alpha=1.0):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def tanh_grad(x):
    return np.tanh(x)


def gelu_grad(x):
    return 0.5 * x * (1 + erf(x / math.sqrt(2)))


def silu_grad(x):
    return x * 0.5 * (1 + np.tanh(0.5 * x))
