"""The right class stays in the sum, with its own margin of 1.

Diagnosis: the right class was counted among the wrong ones
Loses: svm_loss
"""
import numpy as np

# %%
def svm_loss(x, y):
    rows = np.arange(len(x))
    margins = np.maximum(x - x[rows, y][:, None] + 1, 0)
    dx = 1.0 * (margins > 0)
    dx[rows, y] -= dx.sum(axis=1) - 1
    return margins.sum() / len(x), dx / len(x)
