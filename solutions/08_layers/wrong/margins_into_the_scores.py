"""The margins are computed inside the caller's scores.

Diagnosis: work on a copy instead of changing the argument
Loses: svm_loss
"""
import numpy as np

# %%
def svm_loss(x, y):
    rows = np.arange(len(x))
    x -= x[rows, y][:, None] - 1
    x[rows, y] = 0
    dx = 1.0 * (x > 0)
    dx[rows, y] = -dx.sum(axis=1)
    return np.maximum(x, 0).sum() / len(x), dx / len(x)
