"""ReLU is applied to the upstream gradient: the mask comes from the wrong tensor.

Diagnosis: the mask was made from the upstream gradient instead of x
Loses: relu_vjp
"""
import numpy as np

# %%
def relu_vjp(x, upstream):
    return np.maximum(upstream, 0)
