"""The outer products are the wrong way round.

Diagnosis: the axes are swapped
Diagnosis: this is the transposed gradient
Loses: backward
"""
import numpy as np

# %%
def backward(params, x, upstream):
    z = params["W1"] @ x + params["b1"]
    h = np.maximum(0, z)
    dh = params["W2"].T @ upstream
    dz = dh * (z > 0)
    return {"W1": np.outer(x, dz), "b1": dz, "W2": np.outer(h, upstream), "b2": upstream.copy(), "x": params["W1"].T @ dz}
