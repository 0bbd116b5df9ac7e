"""The bias, which kills the units, is forgotten.

Diagnosis: the bias is missing
Loses: dead_fraction
"""
import numpy as np

# %%
def dead_fraction(X, W, b):
    return 1 - np.mean(np.any(X @ W.T > 0, axis=0))
