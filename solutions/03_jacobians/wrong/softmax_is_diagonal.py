"""The remark that Jacobians are diagonal is applied to softmax, which is not elementwise.

Diagnosis: only the diagonal is filled
Loses: softmax_jacobian
"""
import numpy as np

# %%
def softmax_jacobian(x):
    e = np.exp(x - np.max(x))
    p = e / e.sum()
    return np.diag(p * (1 - p))
