"""Only the last layer gets its bias.

Diagnosis: only the last bias is there
Loses: deep_forward
"""
import numpy as np

# %%
def deep_forward(layers, x):
    for W, _ in layers[:-1]:
        x = np.maximum(0, W @ x)
    return layers[-1][0] @ x + layers[-1][1]
