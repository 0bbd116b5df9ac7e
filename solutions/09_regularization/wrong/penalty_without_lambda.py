"""Forgets λ: every unit of squared weight costs 1.

Diagnosis: λ is missing
Loses: l2_penalty, total_loss
"""

import numpy as np


def l2_penalty(weights, lam):
    return sum(np.sum(W**2) for W in weights)
