"""Uses names that NumPy no longer has, so that both forwards stop; the backwards are right.

Loses: affine_forward, relu_forward
"""

import numpy as np


def affine_forward(x, w, b):
    rows = x.reshape(x.shape[0], np.product(x.shape[1:]))
    return rows @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    rows = x.reshape(x.shape[0], -1)
    return (dout @ w.T).reshape(x.shape), rows.T @ dout, dout.sum(axis=0)


def relu_forward(x):
    return np.maximum(0, x).astype(np.float), x


def relu_backward(dout, cache):
    return dout * (cache > 0)
