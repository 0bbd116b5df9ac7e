"""Below the threshold the value a is used as the derivative of the constant a.

Loses: max_jacobian
"""
import numpy as np

# %%
def max_jacobian(x, a):
    return np.diag(np.where(x > a, 1.0, a))
