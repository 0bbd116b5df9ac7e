"""Floating-point numbers are compared with ==.

Loses: is_additive
"""
import numpy as np

# %%
def is_additive(f, x1, x2):
    return bool(np.all(np.asarray(f(x1 + x2)) == np.asarray(f(x1)) + np.asarray(f(x2))))
