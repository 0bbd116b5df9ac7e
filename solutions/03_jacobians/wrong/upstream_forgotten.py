"""The local derivative is returned without the upstream gradient.

Diagnosis: the upstream gradient is missing
Loses: relu_vjp, linear_vjp
"""
import numpy as np

# %%
def relu_vjp(x, upstream):
    return np.where(x > 0, 1.0, 0.0)


def linear_vjp(W, x, upstream):
    return np.tile(x, (W.shape[0], 1)), W.sum(axis=0)
