"""The columns of theta are read as (slope, offset).

Diagnosis: offset and slope have changed places
Diagnosis: the fraction is upside down
Loses: active_units, breakpoints, region_slope, region_slopes
"""
import numpy as np

# %%
def active_units(theta, x):
    return theta[:, 1] + theta[:, 0] * x > 0


def breakpoints(theta):
    moving = theta[theta[:, 0] != 0]
    return np.unique(-moving[:, 1] / moving[:, 0])


def region_slope(theta, phi, x):
    active = theta[:, 1] + theta[:, 0] * x > 0
    return np.sum(theta[active, 0] * phi[1:][active])


def region_slopes(theta, phi):
    cuts = breakpoints(theta)
    points = [cuts[0] - 1, *(cuts[1:] + cuts[:-1]) / 2, cuts[-1] + 1] if len(cuts) else [0.0]
    return np.array([region_slope(theta, phi, x) for x in points])
