"""The tanh approximation of GELU is taken for GELU itself.

Diagnosis: this is the tanh approximation of GELU
Diagnosis: this is the derivative of the tanh approximation
Loses: gelu, gelu_grad
"""
import numpy as np

# %%
def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def gelu_grad(x):
    inner = np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)
    t = np.tanh(inner)
    return 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * x**2)
