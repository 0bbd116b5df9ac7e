"""Multiplies the slopes of the units by their weights in the caller's theta.

Diagnosis: work on a copy
Loses: region_slopes
"""

import numpy as np


def region_slopes(theta, phi):
    cuts = breakpoints(theta)
    edges = np.concatenate([[cuts[0] - 2], cuts, [cuts[-1] + 2]]) if len(cuts) else np.array([-1.0, 1.0])
    active = theta[:, 0] + np.outer((edges[:-1] + edges[1:]) / 2, theta[:, 1]) > 0
    theta[:, 1] *= phi[1:]
    return active @ theta[:, 1]
