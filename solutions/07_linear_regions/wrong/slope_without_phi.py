"""The slopes of the active units are added without the weights that come after them.

Diagnosis: the units' own slopes were added without the weights phi
Loses: region_slope
"""
import numpy as np

# %%
def region_slope(theta, phi, x):
    active = theta[:, 0] + theta[:, 1] * x > 0
    return np.sum(theta[active, 1])
