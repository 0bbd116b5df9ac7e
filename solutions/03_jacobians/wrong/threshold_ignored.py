"""The derivative of max(x, a) is taken to be that of ReLU, whatever the threshold is.

Diagnosis: the threshold is ignored
Loses: max_jacobian
"""
import numpy as np

# %%
def max_jacobian(x, a):
    return np.diag(np.where(x > 0, 1.0, 0.0))
