"""Averages the squares of each array instead of adding them up.

Diagnosis: each array's squares were averaged instead of summed
Loses: l2_penalty, total_loss
"""

import numpy as np


def l2_penalty(weights, lam):
    return lam * sum(np.mean(W**2) for W in weights)
