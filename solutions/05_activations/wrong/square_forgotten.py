"""The square in the derivative of tanh is forgotten.

Diagnosis: a square is missing
Loses: tanh_grad
"""
import numpy as np

# %%
def tanh_grad(x):
    return 1 - np.tanh(x)
