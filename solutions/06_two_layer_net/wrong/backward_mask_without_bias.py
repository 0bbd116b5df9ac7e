"""The mask is made from W1 x, without the bias.

Diagnosis: the mask was made before the bias was added
Loses: backward
"""
import numpy as np

# %%
def backward(params, x, upstream):
    z = params["W1"] @ x + params["b1"]
    h = np.maximum(0, z)
    dh = params["W2"].T @ upstream
    dz = dh * (params["W1"] @ x > 0)
    return {"W1": np.outer(dz, x), "b1": dz, "W2": np.outer(upstream, h), "b2": upstream.copy(), "x": params["W1"].T @ dz}
