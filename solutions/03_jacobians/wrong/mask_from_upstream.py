"""ReLU is applied to the upstream gradient: the mask comes from the wrong tensor.

Loses: relu_vjp
"""
import numpy as np

# %%
def relu_vjp(x, upstream):
    return np.maximum(upstream, 0)
