"""The height of f is returned instead of its slope.

Diagnosis: this is the height of f
Loses: region_slope
"""
import numpy as np

# %%
def region_slope(theta, phi, x):
    return phi[0] + np.sum(phi[1:] * np.maximum(0, theta[:, 0] + theta[:, 1] * x))
