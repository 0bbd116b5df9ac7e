"""The differences are stacked as rows: the denominator layout instead of the course's.

Diagnosis: the axes are swapped
Loses: numerical_jacobian
"""
import numpy as np

# %%
def numerical_jacobian(f, x, h=1e-5):
    return np.stack([(f(x + step) - f(x - step)) / (2 * h) for step in h * np.eye(len(x))])
