"""The kink counts as open: the indicator is made with >= instead of >.

Diagnosis: an input of exactly 0 was let through
Diagnosis: an input of exactly a was let through
Loses: relu_jacobian, max_jacobian, relu_vjp
"""
import numpy as np

# %%
def relu_jacobian(x):
    return np.diag(np.where(x >= 0, 1.0, 0.0))


def max_jacobian(x, a):
    return np.diag(np.where(x >= a, 1.0, 0.0))


def relu_vjp(x, upstream):
    return upstream * (x >= 0)
