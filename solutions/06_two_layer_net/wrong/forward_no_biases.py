"""The biases are left out, as in many short formulas.

Diagnosis: both biases are missing
Loses: forward
"""
import numpy as np

# %%
def forward(params, x):
    return params["W2"] @ np.maximum(0, params["W1"] @ x)
