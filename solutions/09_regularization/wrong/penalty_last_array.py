"""Overwrites the sum in the loop, so that only the last array counts.

Diagnosis: only W2 is penalised
Loses: l2_penalty, total_loss
"""

import numpy as np


def l2_penalty(weights, lam):
    for W in weights:
        total = np.sum(W**2)
    return lam * total
