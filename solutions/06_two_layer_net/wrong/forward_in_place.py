"""The bias is added with += to the caller's own arrays.

Diagnosis: work on a copy instead of changing the argument
Loses: forward
"""
import numpy as np

# %%
def forward(params, x):
    hidden_bias = params["b1"]
    hidden_bias += params["W1"] @ x
    return params["W2"] @ np.maximum(0, hidden_bias) + params["b2"]
