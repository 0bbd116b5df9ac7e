"""The slope of ReLU at exactly 0 is 1: the indicator is made with >= instead of >.

Loses: relu_grad
"""
import numpy as np

# %%
def relu_grad(x):
    return np.where(x >= 0, 1.0, 0.0)
