"""A step of gradient descent is taken inside backward.

Diagnosis: work on a copy instead of changing the argument
Loses: backward
"""
import numpy as np

# %%
def backward(params, x, upstream):
    z = params["W1"] @ x + params["b1"]
    h = np.maximum(0, z)
    dh = params["W2"].T @ upstream
    dz = dh * (z > 0)
    params["b1"] -= 0.1 * dz
    return {"W1": np.outer(dz, x), "b1": dz, "W2": np.outer(upstream, h), "b2": upstream.copy(), "x": params["W1"].T @ dz}
