"""Counts a unit exactly at its kink as active (>= for >).

Diagnosis: the derivative at the kink was taken as 1
Loses: gradients
"""

import numpy as np


def gradients(params, x, y):
    z = x @ params["W1"].T + params["b1"]
    hidden = np.maximum(0, z)
    d_out = 2 * (hidden @ params["W2"].T + params["b2"] - y) / len(x)
    d_z = d_out @ params["W2"] * (z >= 0)
    return {"W1": d_z.T @ x, "b1": d_z.sum(axis=0), "W2": d_out.T @ hidden, "b2": d_out.sum(axis=0)}
