"""ReLU is taken to drop the sign.

Loses: relu_forward
"""
import numpy as np

# %%
def relu_forward(x):
    return np.abs(x), x
