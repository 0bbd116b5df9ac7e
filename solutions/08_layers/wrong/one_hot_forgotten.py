"""The gradient of the softmax loss is taken to be the probabilities.

Diagnosis: these are the probabilities
Loses: softmax_loss
"""
import numpy as np

# %%
def softmax_loss(x, y):
    rows = np.arange(len(x))
    z = x - x.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dx = np.exp(log_p)
    return -log_p[rows, y].mean(), dx / len(x)
