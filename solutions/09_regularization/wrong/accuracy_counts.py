"""Returns how many answers are right, not their share.

Diagnosis: this is the number of right answers
Loses: accuracy
"""

import numpy as np


def accuracy(params, X, y):
    scores = np.maximum(0, X @ params["W1"].T + params["b1"]) @ params["W2"].T + params["b2"]
    return np.sum(np.argmax(scores, axis=1) == y)
