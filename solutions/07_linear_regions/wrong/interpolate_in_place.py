"""Shifts the points to begin at 0, and changes the caller's array by it.

Diagnosis: work on a copy
Loses: interpolate
"""

import numpy as np


def interpolate(xs, ys):
    first = xs[0]
    xs -= first
    slopes = np.diff(ys) / np.diff(xs)
    theta = np.stack([-(xs[:-1] + first), np.ones(len(slopes))], axis=1)
    return theta, np.concatenate([ys[:1], np.diff(slopes, prepend=0)])
