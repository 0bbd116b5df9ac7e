"""The gap itself is compared with 1e-9, however large the numbers are.

Diagnosis: an absolute tolerance of 1e-9 in place of a relative one would say the same
Loses: is_additive
"""
import numpy as np

# %%
def is_additive(f, x1, x2):
    return bool(np.all(np.abs(np.asarray(f(x1 + x2)) - f(x1) - f(x2)) < 1e-9))
