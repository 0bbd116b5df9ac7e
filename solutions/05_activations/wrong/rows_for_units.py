"""Rows that wake no unit are counted instead of units that no row wakes.

Diagnosis: this counts rows that wake no unit
Loses: dead_fraction
"""
import numpy as np

# %%
def dead_fraction(X, W, b):
    return 1 - np.mean(np.any(X @ W.T + b > 0, axis=1))
