"""Answers with more than a frame can hold: bytes, numbers, parts.

Added to: right answers
Score: 1
"""

# %%
import numpy as np


def double(x):
    return np.zeros(10**7) if isinstance(x, float) else [0] * 10**6


def apply(f, x):
    return "x" * (1 << 25)
