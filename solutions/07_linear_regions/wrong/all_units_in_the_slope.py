"""All units are added, as if there were no ReLU.

Diagnosis: every unit was added
Loses: region_slope, region_slopes
"""
import numpy as np

# %%
def region_slope(theta, phi, x):
    return np.sum(theta[:, 1] * phi[1:])


def region_slopes(theta, phi):
    places = np.unique([-a / b for a, b in theta if b != 0])
    return np.full(len(places) + 1, np.sum(theta[:, 1] * phi[1:]))
