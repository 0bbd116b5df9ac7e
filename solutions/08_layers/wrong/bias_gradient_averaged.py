"""The gradient of the bias is averaged over the batch: the mean belongs to the loss.

Diagnosis: this is the mean over the batch
Loses: affine_backward
"""
import numpy as np

# %%
def affine_backward(dout, cache):
    x, w = cache
    rows = x.reshape(len(x), -1)
    return (dout @ w.T).reshape(x.shape), rows.T @ dout, dout.mean(axis=0)
