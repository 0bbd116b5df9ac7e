"""The rule s (1 - s) of the sigmoid is applied to tanh.

Diagnosis: this is the rule for the sigmoid
Loses: tanh_grad
"""
import numpy as np

# %%
def tanh_grad(x):
    return np.tanh(x) * (1 - np.tanh(x))
