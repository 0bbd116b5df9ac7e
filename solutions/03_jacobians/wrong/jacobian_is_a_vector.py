"""The Jacobian of an elementwise function is taken for the vector of its derivatives.

Diagnosis: these are the entries of the diagonal alone
Loses: relu_jacobian, max_jacobian, sigmoid_jacobian
"""
import numpy as np

# %%
def relu_jacobian(x):
    return np.where(x > 0, 1.0, 0.0)


def max_jacobian(x, a):
    return np.where(x > a, 1.0, 0.0)


def sigmoid_jacobian(x):
    s = 1 / (1 + np.exp(-x))
    return s * (1 - s)
