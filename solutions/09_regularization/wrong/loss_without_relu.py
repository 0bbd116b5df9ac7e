"""Forgets the ReLU: two layers that are one.

Diagnosis: the ReLU of the hidden layer is missing
Loses: total_loss
"""

import numpy as np


def total_loss(params, X, y, lam):
    scores = (X @ params["W1"].T + params["b1"]) @ params["W2"].T + params["b2"]
    losses = np.logaddexp.reduce(scores, axis=1) - scores[np.arange(len(y)), y]
    return np.mean(losses) + l2_penalty([params["W1"], params["W2"]], lam)
