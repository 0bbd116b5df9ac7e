"""A unit that receives exactly 0 counts as active: >= instead of >.

Diagnosis: a unit that receives exactly 0 was counted as active
Loses: active_units, region_slope
"""
import numpy as np

# %%
def active_units(theta, x):
    return theta[:, 0] + theta[:, 1] * x >= 0


def region_slope(theta, phi, x):
    active = theta[:, 0] + theta[:, 1] * x >= 0
    return np.sum(theta[active, 1] * phi[1:][active])
