"""f is taken to be flat on the far left, and every unit to switch on from left to right.

Diagnosis: every unit was taken to switch on from left to right
Loses: region_slopes
"""
import numpy as np

# %%
def region_slopes(theta, phi):
    moving = theta[:, 1] != 0
    places = -theta[moving, 0] / theta[moving, 1]
    shares = theta[moving, 1] * phi[1:][moving]
    return np.cumsum([0.0, *[np.sum(shares[places == place]) for place in np.unique(places)]])
