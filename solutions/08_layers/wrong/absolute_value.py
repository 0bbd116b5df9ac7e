"""ReLU is taken to drop the sign.

Diagnosis: the sign of the negative entries was dropped
Loses: relu_forward
"""
import numpy as np

# %%
def relu_forward(x):
    return np.abs(x), x
