"""GELU is approximated with the sigmoid of 1.702 x.

Diagnosis: this is the approximation of GELU with a sigmoid
Loses: gelu
"""
import numpy as np

# %%
def gelu(x):
    return x * 0.5 * (1 + np.tanh(0.5 * 1.702 * x))
