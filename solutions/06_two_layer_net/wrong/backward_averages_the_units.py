"""The gradients of the hidden layer are divided by the number of units.

Diagnosis: every entry is 1/8 of the right one
Diagnosis: every entry is the right one times the same number
Loses: backward
"""
import numpy as np

# %%
def backward(params, x, upstream):
    z = params["W1"] @ x + params["b1"]
    h = np.maximum(0, z)
    dh = params["W2"].T @ upstream
    dz = dh * (z > 0) / len(z)
    return {"W1": np.outer(dz, x), "b1": dz, "W2": np.outer(upstream, h), "b2": upstream.copy(), "x": params["W1"].T @ dz}
