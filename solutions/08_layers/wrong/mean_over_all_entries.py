"""np.mean over the whole matrix divides by the number of classes as well.

Diagnosis: this is the mean over examples and classes
Diagnosis: every entry is exactly a quarter of the right one
Diagnosis: this was divided by the number of classes as well
Diagnosis: every entry is the right one times the same number
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
    return margins.mean(), dx / x.size


def softmax_loss(x, y):
    rows = np.arange(len(x))
    z = x - x.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dx = np.exp(log_p)
    dx[rows, y] -= 1
    return -log_p[rows, y].mean() / x.shape[1], dx / x.size
