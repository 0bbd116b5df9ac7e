"""Takes the norm of each array, with the square root, instead of its square.

Diagnosis: the norms of the arrays were added instead of their squares
Loses: l2_penalty, total_loss
"""

import numpy as np


def l2_penalty(weights, lam):
    return lam * sum(np.linalg.norm(W) for W in weights)
