"""The logarithm of 0 is avoided by adding a tiny number, which caps the loss.

Loses: softmax_loss
"""
import numpy as np

# %%
def softmax_loss(x, y):
    rows = np.arange(len(x))
    p = np.exp(x - x.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log(p[rows, y] + 1e-12).mean()
    p[rows, y] -= 1
    return loss, p / len(x)
