"""Takes the residual the wrong way round, so that every step climbs.

Diagnosis: the sign is flipped
Diagnosis: the step goes uphill
Diagnosis: every sign is flipped
Loses: gradients, train
"""

import numpy as np


def gradients(params, x, y):
    z = x @ params["W1"].T + params["b1"]
    hidden = np.maximum(0, z)
    d_out = 2 * (y - hidden @ params["W2"].T - params["b2"]) / len(x)
    d_z = d_out @ params["W2"] * (z > 0)
    return {"W1": d_z.T @ x, "b1": d_z.sum(axis=0), "W2": d_out.T @ hidden, "b2": d_out.sum(axis=0)}
