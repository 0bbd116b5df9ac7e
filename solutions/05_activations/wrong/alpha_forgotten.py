"""The factor alpha of ELU is forgotten.

Diagnosis: alpha is missing
Loses: elu, elu_grad
"""
import numpy as np

# %%
def elu(x, alpha=1.0):
    return np.where(x > 0, x, np.expm1(x))


def elu_grad(x, alpha=1.0):
    return np.where(x > 0, 1.0, np.exp(np.minimum(x, 0)))
