"""The losses of the examples are summed instead of averaged, and so are the gradients.

Diagnosis: this is the sum over the batch
Diagnosis: every entry is exactly 4× the right one
Loses: svm_loss, softmax_loss
"""
import numpy as np

# %%
def svm_loss(x, y):
    rows = np.arange(len(x))
    margins = np.maximum(x - x[rows, y][:, None] + 1, 0)
    margins[rows, y] = 0
    dx = 1.0 * (margins > 0)
    dx[rows, y] -= dx.sum(axis=1)
    return margins.sum(), dx


def softmax_loss(x, y):
    rows = np.arange(len(x))
    z = x - x.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dx = np.exp(log_p)
    dx[rows, y] -= 1
    return -log_p[rows, y].sum(), dx
