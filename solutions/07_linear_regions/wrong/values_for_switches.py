"""The values after ReLU are returned instead of which units are on.

Diagnosis: these are the values after ReLU
Loses: active_units
"""
import numpy as np

# %%
def active_units(theta, x):
    return np.maximum(0, theta[:, 0] + theta[:, 1] * x)
