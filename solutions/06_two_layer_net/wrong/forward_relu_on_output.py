"""Every layer gets a ReLU, the last one too.

Diagnosis: a ReLU was applied to the output as well
Diagnosis: where a negative number is right
Diagnosis: a ReLU was applied after the last layer as well
Diagnosis: a ReLU was applied after the last layer
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
