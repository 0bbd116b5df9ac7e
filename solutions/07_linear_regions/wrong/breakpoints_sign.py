"""The sign is lost when the preactivation is solved for x.

Diagnosis: the sign is wrong
Loses: breakpoints
"""
import numpy as np

# %%
def breakpoints(theta):
    moving = theta[theta[:, 1] != 0]
    return np.unique(moving[:, 0] / moving[:, 1])
