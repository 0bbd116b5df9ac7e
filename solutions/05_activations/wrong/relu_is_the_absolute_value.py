"""Rectifying is taken to mean that the sign is dropped.

Loses: relu
"""
import numpy as np

# %%
def relu(x):
    return np.abs(x)
