"""The ReLU is applied to the gradient: the mask comes from the wrong tensor.

Diagnosis: the mask was made from the gradient
Loses: backward
"""
import numpy as np

# %%
def backward(params, x, upstream):
    z = params["W1"] @ x + params["b1"]
    h = np.maximum(0, z)
    dh = params["W2"].T @ upstream
    dz = np.maximum(0, dh)
    return {"W1": np.outer(dz, x), "b1": dz, "W2": np.outer(upstream, h), "b2": upstream.copy(), "x": params["W1"].T @ dz}
