"""Calls the judge's function with 64 MB for ever.

Added to: right answers
Score: 4
Says: larger than an answer can be
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
import numpy as np

large = np.ones(1 << 23)


def apply(f, x):
    while True:
        f(large)
