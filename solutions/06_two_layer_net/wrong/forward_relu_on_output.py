"""Every layer gets a ReLU, the last one too.

Loses: forward, deep_forward
"""
import numpy as np

# %%
def forward(params, x):
    h = np.maximum(0, params["W1"] @ x + params["b1"])
    return np.maximum(0, params["W2"] @ h + params["b2"])


def deep_forward(layers, x):
    for W, b in layers:
        x = np.maximum(0, W @ x + b)
    return x
