"""The 1 is not subtracted, so that ELU jumps at 0.

Diagnosis: the exponential does not start at 0
Loses: elu
"""
import numpy as np

# %%
def elu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * np.exp(x))
