"""The slope of ReLU is taken to be the sign of x.

Diagnosis: this is the sign of x
Loses: relu_grad
"""
import numpy as np

# %%
def relu_grad(x):
    return np.sign(x)
