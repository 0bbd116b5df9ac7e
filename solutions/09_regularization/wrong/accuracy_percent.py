"""Returns a percentage instead of a share.

Diagnosis: this is a percentage
Loses: accuracy
"""

import numpy as np


def accuracy(params, X, y):
    scores = np.maximum(0, X @ params["W1"].T + params["b1"]) @ params["W2"].T + params["b2"]
    return 100 * np.mean(np.argmax(scores, axis=1) == y)
