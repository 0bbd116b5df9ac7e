"""ReLU is applied after the last layer too.

Diagnosis: the last layer has no ReLU
Loses: local_affine
"""
import numpy as np

# %%
def local_affine(layers, x):
    A, c = np.eye(len(x)), np.zeros(len(x))
    for W, b in layers:
        A, c = W @ A, W @ c + b
        active = A @ x + c > 0
        A, c = active[:, None] * A, active * c
    return A, c
