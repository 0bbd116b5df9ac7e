"""The two gradients are returned in the order (dalpha, dx).

Diagnosis: the two gradients have changed places
Loses: prelu_backward
"""
import numpy as np

# %%
def prelu_backward(x, alpha, upstream):
    return np.sum(upstream * np.minimum(x, 0)), upstream * np.where(x > 0, 1.0, alpha)
