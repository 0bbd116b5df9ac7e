"""The slope of ReLU at exactly 0 is the mean of both sides.

Loses: relu_grad
"""
import numpy as np

# %%
def relu_grad(x):
    return np.heaviside(x, 0.5)
