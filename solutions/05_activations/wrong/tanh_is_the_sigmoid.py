"""Tanh is taken for another name of the sigmoid, and its derivative too.

Diagnosis: this is the sigmoid
Diagnosis: this is the derivative of the sigmoid
Loses: tanh, tanh_grad
"""
import numpy as np

# %%
def tanh(x):
    return 1 / (1 + np.exp(-x))


def tanh_grad(x):
    s = 1 / (1 + np.exp(-x))
    return s * (1 - s)
