"""The gradient of W2 uses what went into the ReLU instead of what came out.

Diagnosis: what went into the ReLU was used
Loses: backward
"""
import numpy as np

# %%
def backward(params, x, upstream):
    z = params["W1"] @ x + params["b1"]
    h = np.maximum(0, z)
    dh = params["W2"].T @ upstream
    dz, h = dh * (z > 0), z
    return {"W1": np.outer(dz, x), "b1": dz, "W2": np.outer(upstream, h), "b2": upstream.copy(), "x": params["W1"].T @ dz}
