"""A sigmoid is used in the hidden layer.

Diagnosis: a sigmoid stands where the ReLU belongs
Loses: forward
"""
import numpy as np

# %%
def forward(params, x):
    return params["W2"] @ (1 / (1 + np.exp(-(params["W1"] @ x + params["b1"])))) + params["b2"]
