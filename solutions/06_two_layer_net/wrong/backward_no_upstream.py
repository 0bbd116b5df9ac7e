"""Upstream is taken to be 1 everywhere: the local derivatives are returned.

Diagnosis: the upstream gradient is missing
Loses: backward
"""
import numpy as np

# %%
def backward(params, x, upstream):
    z = params["W1"] @ x + params["b1"]
    ones = np.ones(len(upstream))
    dz = (params["W2"].T @ ones) * (z > 0)
    return {"W1": np.outer(dz, x), "b1": dz, "W2": np.outer(ones, np.maximum(0, z)), "b2": ones, "x": params["W1"].T @ dz}
