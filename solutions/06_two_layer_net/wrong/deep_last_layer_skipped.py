"""The loop stops one layer early and returns the last hidden vector.

Diagnosis: this is the last hidden vector
Loses: deep_forward
"""
import numpy as np

# %%
def deep_forward(layers, x):
    for W, b in layers[:-1]:
        x = np.maximum(0, W @ x + b)
    return x
