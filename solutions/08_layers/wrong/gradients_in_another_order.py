"""The gradients are returned as (dw, db, dx), parameters first.

Diagnosis: the first gradient has the shape of w
Loses: affine_backward
"""
import numpy as np

# %%
def affine_backward(dout, cache):
    x, w = cache
    rows = x.reshape(len(x), -1)
    return rows.T @ dout, dout.sum(axis=0), (dout @ w.T).reshape(x.shape)
