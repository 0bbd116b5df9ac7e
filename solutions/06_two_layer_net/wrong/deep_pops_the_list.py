"""The last layer is popped off the caller's list.

Diagnosis: work on a copy instead of changing the argument
Loses: deep_forward
"""
import numpy as np

# %%
def deep_forward(layers, x):
    W_last, b_last = layers.pop()
    for W, b in layers:
        x = np.maximum(0, W @ x + b)
    return W_last @ x + b_last
