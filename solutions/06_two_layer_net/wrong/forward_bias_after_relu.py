"""The hidden bias is added after the ReLU.

Diagnosis: the hidden bias was added after the ReLU
Loses: forward
"""
import numpy as np

# %%
def forward(params, x):
    return params["W2"] @ (np.maximum(0, params["W1"] @ x) + params["b1"]) + params["b2"]
