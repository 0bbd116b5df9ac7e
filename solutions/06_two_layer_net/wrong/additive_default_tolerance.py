"""The default tolerances of allclose are used: 1e-5, and 1e-8 absolute.

Diagnosis: the default tolerances of np.allclose would say the same
Loses: is_additive
"""
import numpy as np

# %%
def is_additive(f, x1, x2):
    return np.allclose(f(x1 + x2), f(x1) + f(x2))
