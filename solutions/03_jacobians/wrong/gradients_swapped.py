"""The two gradients are returned in the order (dx, dW).

Diagnosis: the two gradients have changed places
Loses: linear_vjp
"""
import numpy as np

# %%
def linear_vjp(W, x, upstream):
    return W.T @ upstream, np.outer(upstream, x)
