"""backward uses what the last call of forward saw instead of its own arguments.

Loses: backward
"""
import numpy as np

# %%
seen = {}


def forward(params, x):
    seen["x"] = x
    seen["z"] = params["W1"] @ x + params["b1"]
    return params["W2"] @ np.maximum(0, seen["z"]) + params["b2"]


def backward(params, x, upstream):
    dz = (params["W2"].T @ upstream) * (seen["z"] > 0)
    return {"W1": np.outer(dz, seen["x"]), "b1": dz, "W2": np.outer(upstream, np.maximum(0, seen["z"])), "b2": upstream.copy(), "x": params["W1"].T @ dz}
