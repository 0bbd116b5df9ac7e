"""The right class is pulled up once, however many margins are violated.

Diagnosis: the right class is pulled once
Loses: svm_loss
"""
import numpy as np

# %%
def svm_loss(x, y):
    rows = np.arange(len(x))
    margins = np.maximum(x - x[rows, y][:, None] + 1, 0)
    margins[rows, y] = 0
    dx = 1.0 * (margins > 0)
    dx[rows, y] -= 1
    return margins.sum() / len(x), dx / len(x)
