"""Rectifying is taken to mean that the sign is dropped.

Diagnosis: negative inputs were made positive instead of 0
Loses: relu
"""
import numpy as np

# %%
def relu(x):
    return np.abs(x)
