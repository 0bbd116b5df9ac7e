"""All inputs are moved together, which gives the directional derivative in every column.

Loses: numerical_jacobian
"""
import numpy as np

# %%
def numerical_jacobian(f, x, h=1e-5):
    together = (f(x + h) - f(x - h)) / (2 * h)
    return np.stack([together] * len(x), axis=1)
