"""A unit counts as dead as soon as one row leaves it silent.

Diagnosis: a unit counts as dead here as soon as one row leaves it silent
Loses: dead_fraction
"""
import numpy as np

# %%
def dead_fraction(X, W, b):
    return np.mean(np.any(X @ W.T + b <= 0, axis=0))
