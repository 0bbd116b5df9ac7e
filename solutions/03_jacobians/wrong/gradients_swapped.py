"""The two gradients are returned in the order (dx, dW).

Loses: linear_vjp
"""
import numpy as np

# %%
def linear_vjp(W, x, upstream):
    return W.T @ upstream, np.outer(upstream, x)
