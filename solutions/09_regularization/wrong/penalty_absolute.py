"""Penalises absolute values (L1) instead of squares.

Diagnosis: absolute values were added instead of squares
Loses: l2_penalty, total_loss
"""

import numpy as np


def l2_penalty(weights, lam):
    return lam * sum(np.abs(W).sum() for W in weights)
