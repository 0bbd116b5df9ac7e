"""Divides the penalty by the number of points, as if it belonged to each point.

Diagnosis: the penalty was divided by the number of points
Loses: total_loss
"""

import numpy as np


def total_loss(params, X, y, lam):
    hidden = np.maximum(0, X @ params["W1"].T + params["b1"])
    scores = hidden @ params["W2"].T + params["b2"]
    losses = np.logaddexp.reduce(scores, axis=1) - scores[np.arange(len(y)), y]
    return (np.sum(losses) + l2_penalty([params["W1"], params["W2"]], lam)) / len(y)
