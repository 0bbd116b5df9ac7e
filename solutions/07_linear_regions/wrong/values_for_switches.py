"""The values after ReLU are returned instead of which units are on.

Loses: active_units
"""
import numpy as np

# %%
def active_units(theta, x):
    return np.maximum(0, theta[:, 0] + theta[:, 1] * x)
