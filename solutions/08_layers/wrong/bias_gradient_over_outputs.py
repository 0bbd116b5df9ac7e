"""The gradient of the bias is summed over the outputs instead of the batch.

Diagnosis: the sum runs over the outputs instead of the batch
Loses: affine_backward
"""
import numpy as np

# %%
def affine_backward(dout, cache):
    x, w = cache
    rows = x.reshape(len(x), -1)
    return (dout @ w.T).reshape(x.shape), rows.T @ dout, dout.sum(axis=1)
