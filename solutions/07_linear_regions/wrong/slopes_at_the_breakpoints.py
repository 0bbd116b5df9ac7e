"""The slope is taken at the breakpoints themselves, so there is one too few.

Loses: region_slopes
"""
import numpy as np

# %%
def region_slopes(theta, phi):
    cuts = np.unique([-a / b for a, b in theta if b != 0])
    return np.array([np.sum(theta[:, 1] * phi[1:] * (theta[:, 0] + theta[:, 1] * x > 0)) for x in cuts])
