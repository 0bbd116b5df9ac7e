"""f(x) itself is returned as the offset.

Diagnosis: this is f(x), not the offset: what A does to
Loses: local_affine
"""
import numpy as np

# %%
def local_affine(layers, x):
    A, h = np.eye(len(x)), x
    for W, b in layers[:-1]:
        z = W @ h + b
        A, h = (z > 0)[:, None] * (W @ A), np.maximum(0, z)
    W, b = layers[-1]
    return W @ A, W @ h + b
