"""Only the score of the right class gets a gradient, as if the others were not in the sum.

Diagnosis: only the right class has a gradient here
Loses: softmax_loss
"""
import numpy as np

# %%
def softmax_loss(x, y):
    rows = np.arange(len(x))
    z = x - x.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dx = np.exp(log_p)
    grad = np.zeros(x.shape)
    grad[rows, y] = dx[rows, y] - 1
    return -log_p[rows, y].mean(), grad / len(x)
