"""The derivative of the output by its bias is 1, so 1 is returned.

Diagnosis: the upstream gradient is missing
Loses: backward
"""
import numpy as np

# %%
def backward(params, x, upstream):
    z = params["W1"] @ x + params["b1"]
    h = np.maximum(0, z)
    dh = params["W2"].T @ upstream
    dz = dh * (z > 0)
    return {"W1": np.outer(dz, x), "b1": dz, "W2": np.outer(upstream, h), "b2": np.ones(len(upstream)), "x": params["W1"].T @ dz}
