"""Calls the judge's function with an array of many axes, a column and a row.

Added to: right answers
Score: 4
Says: wrong shape
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
import numpy as np


def apply(f, x):
    for shape in ((1 << 20, 1), (1, 1 << 20), (1,) * 32, (0, 1 << 18)):
        f(np.ones(shape))
    return np.ones((1 << 20, 1))
