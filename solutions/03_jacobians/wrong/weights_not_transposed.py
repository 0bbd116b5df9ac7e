"""W is used where its transpose belongs, and the outer product is the wrong way round.

Diagnosis: the shapes do not fit for a matrix product
Diagnosis: this is the transposed gradient
Loses: linear_vjp
"""
import numpy as np

# %%
def linear_vjp(W, x, upstream):
    return np.outer(x, upstream), W @ upstream
