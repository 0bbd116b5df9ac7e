"""The segments are taken to be 1 wide: differences of heights are used as slopes.

Diagnosis: the segments were taken to be 1 wide
Loses: interpolate
"""
import numpy as np

# %%
def interpolate(xs, ys):
    return np.column_stack([-xs[:-1], np.ones(len(xs) - 1)]), np.concatenate([ys[:1], np.diff(np.diff(ys), prepend=0)])
