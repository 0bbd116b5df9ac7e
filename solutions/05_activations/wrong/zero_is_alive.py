"""A unit whose sum is exactly 0 counts as alive.

Diagnosis: a preactivation of exactly 0 counts as firing here
Loses: dead_fraction
"""
import numpy as np

# %%
def dead_fraction(X, W, b):
    return np.mean(np.all(X @ W.T + b < 0, axis=0))
