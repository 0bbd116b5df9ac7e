"""The gate of SiLU closes for positive inputs: the sign in the exponential is flipped.

Diagnosis: the gate closes for positive inputs
Loses: silu
"""
import numpy as np

# %%
def silu(x):
    return x * 0.5 * (1 - np.tanh(0.5 * x))
