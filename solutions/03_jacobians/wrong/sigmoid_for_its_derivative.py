"""The sigmoid itself is put on the diagonal instead of its derivative.

Diagnosis: the diagonal holds the sigmoid itself
Loses: sigmoid_jacobian
"""
import numpy as np

# %%
def sigmoid_jacobian(x):
    return np.diag(1 / (1 + np.exp(-x)))
