"""Negative entries are zeroed inside the caller's array.

Diagnosis: work on a copy instead of changing the argument
Loses: relu
"""
import numpy as np

# %%
def relu(x):
    if not isinstance(x, np.ndarray):
        return max(x, 0.0)
    x[x < 0] = 0
    return x
