"""The argument is ignored and 0.01 is written into the formula.

Diagnosis: the slope was ignored and 0.01 used instead
Loses: leaky_relu, leaky_relu_grad, prelu, prelu_grad
"""
import numpy as np

# %%
def leaky_relu(x, slope=0.01):
    return np.where(x > 0, x, 0.01 * x)


def leaky_relu_grad(x, slope=0.01):
    return np.where(x > 0, 1.0, 0.01)


def prelu(x, alpha):
    return np.where(x > 0, x, 0.01 * x)


def prelu_grad(x, alpha):
    return np.where(x > 0, 1.0, 0.01)
