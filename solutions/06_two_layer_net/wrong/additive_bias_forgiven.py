"""f(0) is subtracted first, so that every straight line counts as additive.

Loses: is_additive
"""
import numpy as np

# %%
def is_additive(f, x1, x2):
    zero = f(0 * x1)
    return np.allclose(f(x1 + x2) - zero, (f(x1) - zero) + (f(x2) - zero), rtol=1e-9, atol=0)
