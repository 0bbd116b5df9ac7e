"""The slope is put on the positive side.

Diagnosis: the slope was applied on the wrong side
Loses: leaky_relu, leaky_relu_grad, prelu, prelu_grad
"""
import numpy as np

# %%
def leaky_relu(x, slope=0.01):
    return np.where(x > 0, slope * x, x)


def leaky_relu_grad(x, slope=0.01):
    return np.where(x > 0, slope, 1.0)


def prelu(x, alpha):
    return np.where(x > 0, alpha * x, x)


def prelu_grad(x, alpha):
    return np.where(x > 0, alpha, 1.0)
