"""The local derivatives are returned without the upstream gradient.

Diagnosis: the upstream gradient is missing
Loses: relu_backward, affine_backward
"""
import numpy as np

# %%
def relu_backward(dout, cache):
    return 1.0 * (cache > 0)


def affine_backward(dout, cache):
    x, w = cache
    rows = x.reshape(len(x), -1)
    return np.tile(w.sum(axis=1), (len(x), 1)).reshape(x.shape), np.tile(rows.sum(axis=0)[:, None], (1, w.shape[1])), np.full(w.shape[1], float(len(x)))
