"""Forgets the ReLU of the hidden layer when it computes the scores.

Diagnosis: the ReLU of the hidden layer is missing
Loses: accuracy
"""

import numpy as np


def accuracy(params, X, y):
    scores = (X @ params["W1"].T + params["b1"]) @ params["W2"].T + params["b2"]
    return np.mean(np.argmax(scores, axis=1) == y)
