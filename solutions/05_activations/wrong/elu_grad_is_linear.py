"""The negative side of ELU is thought to have the constant slope alpha.

Diagnosis: the negative side is a straight line here
Loses: elu_grad
"""
import numpy as np

# %%
def elu_grad(x, alpha=1.0):
    return np.where(x > 0, 1.0, alpha)
