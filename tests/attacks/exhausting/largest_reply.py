"""Answers with exactly as much as a frame can hold.

Added to: right answers
Score: 1
With: wall_extra_s=5
Pace: slow
"""

# %%
import numpy as np


def double(x):
    return np.zeros(1 << 23) if isinstance(x, float) else [[[]]] * 100_000


def apply(f, x):
    return [1 << 1000] * 20_000
