"""A verdict for each output is returned instead of one.

Loses: is_additive
"""
import numpy as np

# %%
def is_additive(f, x1, x2):
    return np.isclose(f(x1 + x2), f(x1) + f(x2), rtol=1e-9, atol=0)
