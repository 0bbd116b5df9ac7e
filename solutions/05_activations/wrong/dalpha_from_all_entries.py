"""Positive inputs contribute to the gradient of alpha as well.

Diagnosis: positive inputs contribute as well here
Loses: prelu_backward
"""
import numpy as np

# %%
def prelu_backward(x, alpha, upstream):
    return upstream * np.where(x > 0, 1.0, alpha), np.sum(upstream * x)
