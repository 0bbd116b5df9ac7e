"""A place where two units switch is listed twice.

Loses: breakpoints
"""
import numpy as np

# %%
def breakpoints(theta):
    moving = theta[theta[:, 1] != 0]
    return np.sort(-moving[:, 0] / moving[:, 1])
