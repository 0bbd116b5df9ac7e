"""The gradient of the one shared alpha is returned entry by entry.

Diagnosis: the contributions are not summed
Diagnosis: one number is asked for
Loses: prelu_backward
"""
import numpy as np

# %%
def prelu_backward(x, alpha, upstream):
    return upstream * np.where(x > 0, 1.0, alpha), upstream * np.minimum(x, 0)
