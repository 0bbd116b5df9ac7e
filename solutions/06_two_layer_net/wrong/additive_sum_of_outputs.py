"""The outputs are added up before they are compared, so opposite gaps cancel.

Loses: is_additive
"""
import numpy as np

# %%
def is_additive(f, x1, x2):
    return bool(np.isclose(np.sum(f(x1 + x2)), np.sum(f(x1)) + np.sum(f(x2)), rtol=1e-9, atol=0))
