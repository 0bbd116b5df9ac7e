"""The slope of ReLU at exactly 0 is the mean of both sides.

Diagnosis: an input of exactly 0 was given the mean of both slopes
Loses: relu_grad
"""
import numpy as np

# %%
def relu_grad(x):
    return np.heaviside(x, 0.5)
