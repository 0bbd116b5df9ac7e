"""The share of zero outputs is taken for the share of dead units.

Diagnosis: this is the share of zero outputs over all rows and units
Loses: dead_fraction
"""
import numpy as np

# %%
def dead_fraction(X, W, b):
    return np.mean(X @ W.T + b <= 0)
