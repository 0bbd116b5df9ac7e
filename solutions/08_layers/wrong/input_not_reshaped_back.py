"""dx keeps the flattened shape (N, D) instead of the shape of x.

Diagnosis: x was flattened on the way in
Loses: affine_backward
"""
import numpy as np

# %%
def affine_backward(dout, cache):
    x, w = cache
    rows = x.reshape(len(x), -1)
    return dout @ w.T, rows.T @ dout, dout.sum(axis=0)
