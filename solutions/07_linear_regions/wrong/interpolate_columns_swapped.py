"""Puts the slopes of the units before their offsets.

Diagnosis: the two columns of theta are swapped
Loses: interpolate
"""

import numpy as np


def interpolate(xs, ys):
    slopes = np.diff(ys) / np.diff(xs)
    return np.c_[np.ones(len(slopes)), -xs[:-1]], np.r_[ys[0], np.diff(slopes, prepend=0)]
