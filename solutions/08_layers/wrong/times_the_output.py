"""The upstream gradient is multiplied by the output instead of the derivative.

Diagnosis: the upstream gradient was multiplied by the output instead of the derivative
Loses: relu_backward
"""
import numpy as np

# %%
def relu_backward(dout, cache):
    return dout * np.maximum(cache, 0)
