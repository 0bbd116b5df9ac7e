"""Adds the losses of the points instead of averaging them.

Diagnosis: the losses of the points were summed
Loses: total_loss
"""

import numpy as np


def total_loss(params, X, y, lam):
    hidden = np.maximum(0, X @ params["W1"].T + params["b1"])
    scores = hidden @ params["W2"].T + params["b2"]
    losses = np.logaddexp.reduce(scores, axis=1) - scores[np.arange(len(y)), y]
    return np.sum(losses) + l2_penalty([params["W1"], params["W2"]], lam)
