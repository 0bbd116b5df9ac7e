"""Gives the judge's function the largest arguments that a frame can hold, without end.

Added to: right answers
Score: 4
Pace: slow
"""

# %%
import numpy as np

big = np.zeros(1 << 22)


def apply(f, x):
    while True:
        try:
            f(big)
        except RuntimeError:
            pass
