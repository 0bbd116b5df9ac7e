"""The contributions to alpha are summed along the first axis only.

Diagnosis: one number is asked for
Loses: prelu_backward
"""
import numpy as np

# %%
def prelu_backward(x, alpha, upstream):
    return upstream * np.where(x > 0, 1.0, alpha), (upstream * np.minimum(x, 0)).sum(axis=0)
