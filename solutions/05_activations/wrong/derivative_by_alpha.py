"""The derivative with respect to alpha is given where the one with respect to x is asked for.

Diagnosis: this is the derivative with respect to alpha
Loses: prelu_grad
"""
import numpy as np

# %%
def prelu_grad(x, alpha):
    return np.minimum(x, 0.0)
