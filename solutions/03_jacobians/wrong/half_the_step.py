"""The step h is split between the two sides, so each point moves by h / 2 only.

Diagnosis: the points are half as far apart as asked
Loses: numerical_jacobian
"""
import numpy as np

# %%
def numerical_jacobian(f, x, h=1e-5):
    return np.stack([(f(x + step / 2) - f(x - step / 2)) / h for step in h * np.eye(len(x))], axis=1)
