"""The contributions to alpha are averaged instead of summed.

Diagnosis: the contributions were averaged
Loses: prelu_backward
"""
import numpy as np

# %%
def prelu_backward(x, alpha, upstream):
    return upstream * np.where(x > 0, 1.0, alpha), np.mean(upstream * np.minimum(x, 0))
