"""The loop starts at the second layer, and the first hidden layer has lost its ReLU.

Diagnosis: the first hidden layer has no ReLU
Loses: deep_forward
"""
import numpy as np

# %%
def deep_forward(layers, x):
    x = layers[0][0] @ x + layers[0][1]
    for W, b in layers[1:-1]:
        x = np.maximum(0, W @ x + b)
    return layers[-1][0] @ x + layers[-1][1] if len(layers) > 1 else x
