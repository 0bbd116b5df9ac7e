"""Both branches are multiplied by masks, and infinity times 0 is NaN.

Diagnosis: nan comes from 0/0
Loses: elu, elu_grad
"""
import numpy as np

# %%
def elu(x, alpha=1.0):
    positive = np.asarray(x) > 0
    return x * positive + alpha * (np.exp(x) - 1) * ~positive


def elu_grad(x, alpha=1.0):
    positive = np.asarray(x) > 0
    return positive + alpha * np.exp(x) * ~positive
