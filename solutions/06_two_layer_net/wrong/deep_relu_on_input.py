"""The ReLU comes before each layer, so it also cuts the input.

Diagnosis: a ReLU was applied to the input
Loses: deep_forward
"""
import numpy as np

# %%
def deep_forward(layers, x):
    for W, b in layers:
        x = W @ np.maximum(0, x) + b
    return x
