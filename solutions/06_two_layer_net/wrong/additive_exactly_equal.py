"""Floating-point numbers are compared with ==.

Diagnosis: an absolute tolerance of 1e-9 in place of a relative one would say the same
Loses: is_additive
"""
import numpy as np

# %%
def is_additive(f, x1, x2):
    return bool(np.all(np.asarray(f(x1 + x2)) == np.asarray(f(x1)) + np.asarray(f(x2))))
