"""The gradient of the weights is averaged over the batch, although the loss has done so already.

Diagnosis: this is the mean over the batch
Loses: affine_backward
"""
import numpy as np

# %%
def affine_backward(dout, cache):
    x, w = cache
    rows = x.reshape(len(x), -1)
    return (dout @ w.T).reshape(x.shape), rows.T @ dout / len(x), dout.sum(axis=0)
