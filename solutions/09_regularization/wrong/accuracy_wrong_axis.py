"""Looks for the winner along the points instead of along the classes.

Loses: accuracy
"""

import numpy as np


def accuracy(params, X, y):
    scores = np.maximum(0, X @ params["W1"].T + params["b1"]) @ params["W2"].T + params["b2"]
    winners = np.argmax(scores, axis=0)
    return np.mean(np.isin(np.arange(len(y)), winners))
