"""Adds the entries instead of their squares, so that weights of opposite sign cancel.

Diagnosis: the entries were not squared
Loses: l2_penalty, total_loss
"""

import numpy as np


def l2_penalty(weights, lam):
    return lam * sum(np.sum(W) for W in weights)
