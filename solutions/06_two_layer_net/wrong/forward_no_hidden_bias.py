"""The hidden layer has no bias.

Diagnosis: the hidden bias is missing
Loses: forward
"""
import numpy as np

# %%
def forward(params, x):
    return params["W2"] @ np.maximum(0, params["W1"] @ x) + params["b2"]
