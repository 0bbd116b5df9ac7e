"""The slopes are listed from right to left.

Diagnosis: the slopes are right
Diagnosis: the order along the first axis is reversed
Loses: region_slopes
"""
import numpy as np

# %%
def region_slopes(theta, phi):
    cuts = np.unique([-a / b for a, b in theta if b != 0])
    points = [cuts[0] - 1, *(cuts[1:] + cuts[:-1]) / 2, cuts[-1] + 1] if len(cuts) else [0.0]
    return np.array([np.sum(theta[:, 1] * phi[1:] * (theta[:, 0] + theta[:, 1] * x > 0)) for x in points])[::-1]
