"""What forward saw is kept in module variables, so that the second forward overwrites the first.

Diagnosis: this belongs to the latest forward
Loses: relu_backward, affine_backward
"""
import numpy as np

# %%
seen = {}


def relu_forward(x):
    seen["relu"] = x
    return np.maximum(x, 0), None


def relu_backward(dout, cache):
    return dout * (seen["relu"] > 0)


def affine_forward(x, w, b):
    seen["x"], seen["w"] = x, w
    return x.reshape(len(x), -1) @ w + b, None


def affine_backward(dout, cache):
    x, w = seen["x"], seen["w"]
    return (dout @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ dout, dout.sum(axis=0)
