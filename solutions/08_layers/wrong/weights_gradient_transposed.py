"""The gradient of the weights comes out as (M, D), in the other course convention.

Diagnosis: the axes are swapped
Loses: affine_backward
"""
import numpy as np

# %%
def affine_backward(dout, cache):
    x, w = cache
    rows = x.reshape(len(x), -1)
    return (dout @ w.T).reshape(x.shape), dout.T @ rows, dout.sum(axis=0)
