"""The number of dead units is returned instead of their share.

Diagnosis: this is a number of units
Loses: dead_fraction
"""
import numpy as np

# %%
def dead_fraction(X, W, b):
    return np.sum(np.all(X @ W.T + b <= 0, axis=0))
