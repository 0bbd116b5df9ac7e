"""The central difference is divided by h although the two points are 2h apart.

Diagnosis: the difference was divided by h
Diagnosis: every entry is exactly 2× the right one
Loses: numerical_jacobian
"""
import numpy as np

# %%
def numerical_jacobian(f, x, h=1e-5):
    return np.stack([(f(x + step) - f(x - step)) / h for step in h * np.eye(len(x))], axis=1)
