"""The plain weight matrices are multiplied, as if every unit were active.

Diagnosis: no unit was switched off
Loses: local_affine
"""
import numpy as np

# %%
def local_affine(layers, x):
    A, c = np.eye(len(x)), np.zeros(len(x))
    for W, b in layers:
        A, c = W @ A, W @ c + b
    return A, c
