"""The share of living units is returned.

Diagnosis: this is the share of the living units
Loses: dead_fraction
"""
import numpy as np

# %%
def dead_fraction(X, W, b):
    return np.mean(np.any(X @ W.T + b > 0, axis=0))
