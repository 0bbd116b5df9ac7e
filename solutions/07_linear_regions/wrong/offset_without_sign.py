"""The units switch at -xs instead of xs.

Diagnosis: the first slope is missing
Loses: interpolate
"""
import numpy as np

# %%
def interpolate(xs, ys):
    slopes = np.diff(ys) / np.diff(xs)
    return np.column_stack([xs[:-1], np.ones(len(slopes))]), np.concatenate([ys[:1], np.diff(slopes, prepend=0)])
