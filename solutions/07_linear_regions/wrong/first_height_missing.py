"""phi_0 is left at 0, so the whole graph has the wrong height.

Diagnosis: the graph is right but for its height
Loses: interpolate
"""
import numpy as np

# %%
def interpolate(xs, ys):
    slopes = np.diff(ys) / np.diff(xs)
    return np.column_stack([-xs[:-1], np.ones(len(slopes))]), np.concatenate([[0.0], np.diff(slopes, prepend=0)])
