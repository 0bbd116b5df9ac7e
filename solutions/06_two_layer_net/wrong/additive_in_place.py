"""x2 is added into the caller's x1 after f(x1) has been taken.

Diagnosis: work on a copy instead of changing the argument
Loses: is_additive
"""
import numpy as np

# %%
def is_additive(f, x1, x2):
    parts = np.asarray(f(x1)) + np.asarray(f(x2))
    x1 += x2
    return np.allclose(f(x1), parts, rtol=1e-9, atol=0)
