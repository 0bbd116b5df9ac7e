"""The two terms of the softmax derivative are subtracted the wrong way round.

Diagnosis: the sign is flipped
Loses: softmax_jacobian
"""
import numpy as np

# %%
def softmax_jacobian(x):
    e = np.exp(x - np.max(x))
    p = e / e.sum()
    return np.outer(p, p) - np.diag(p)
