"""The slope of ReLU at exactly 0 is 1: the indicator is made with >= instead of >.

Diagnosis: an input of exactly 0 was given the slope of the positive side
Loses: relu_grad
"""
import numpy as np

# %%
def relu_grad(x):
    return np.where(x >= 0, 1.0, 0.0)
