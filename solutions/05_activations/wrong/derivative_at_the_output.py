"""The derivative is evaluated at the output instead of the input.

Diagnosis: the derivative was taken at the output instead of the input
Loses: elu_grad, tanh_grad, gelu_grad, silu_grad
"""
import math

import numpy as np

# %%
def elu_grad(x, alpha=1.0):
    return np.where(x > 0, 1.0, alpha * np.exp(alpha * np.expm1(np.minimum(x, 0))))


def tanh_grad(x):
    return 1 - np.tanh(np.tanh(x)) ** 2


def gelu_grad(x):
    y = 0.5 * x * (1 + erf(x / math.sqrt(2)))
    return 0.5 * (1 + erf(y / math.sqrt(2))) + y * np.exp(-np.square(y) / 2) / math.sqrt(2 * math.pi)


def silu_grad(x):
    y = x * 0.5 * (1 + np.tanh(0.5 * x))
    s = 0.5 * (1 + np.tanh(0.5 * y))
    return s + y * s * (1 - s)
