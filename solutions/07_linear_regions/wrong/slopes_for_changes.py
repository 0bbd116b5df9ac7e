"""Every unit gets the whole slope of its segment, although the units before it stay active.

Diagnosis: every unit got the whole slope of its segment
Loses: interpolate
"""
import numpy as np

# %%
def interpolate(xs, ys):
    slopes = np.diff(ys) / np.diff(xs)
    return np.column_stack([-xs[:-1], np.ones(len(slopes))]), np.concatenate([ys[:1], slopes])
