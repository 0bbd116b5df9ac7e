"""The local derivatives are returned without the upstream gradient.

Diagnosis: the upstream gradient is missing
Loses: prelu_backward
"""
import numpy as np

# %%
def prelu_backward(x, alpha, upstream):
    return np.where(x > 0, 1.0, alpha), np.sum(np.minimum(x, 0))
