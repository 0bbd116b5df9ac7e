"""The kink gets the mean of both slopes, one half.

Loses: relu_jacobian, max_jacobian, relu_vjp
"""
import numpy as np

# %%
def relu_jacobian(x):
    return np.diag(np.heaviside(x, 0.5))


def max_jacobian(x, a):
    return np.diag(np.heaviside(x - a, 0.5))


def relu_vjp(x, upstream):
    return upstream * np.heaviside(x, 0.5)
