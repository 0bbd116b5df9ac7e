"""Writes the answer into the array it was given.

Diagnosis: work on a copy instead of changing the argument
Loses: step
"""
import numpy as np


def step(z):
    z = np.asarray(z)
    fires = z >= 0
    z[fires] = 1.0
    z[~fires] = 0.0
    return z
