"""The weights are taken as (in, out) wherever the shapes allow it.

Diagnosis: both weight matrices act transposed
Loses: forward
"""
import numpy as np

# %%
def forward(params, x):
    W1, W2 = params["W1"], params["W2"]
    h = np.maximum(0, (x @ W1 if W1.shape[0] == len(x) else W1 @ x) + params["b1"])
    return (h @ W2 if W2.shape[0] == len(h) else W2 @ h) + params["b2"]
