"""The gradient of the bias is the upstream gradient itself, not summed over the batch.

Diagnosis: the gradient of the bias was not summed over the batch
Loses: affine_backward
"""
import numpy as np

# %%
def affine_backward(dout, cache):
    x, w = cache
    rows = x.reshape(len(x), -1)
    return (dout @ w.T).reshape(x.shape), rows.T @ dout, dout
