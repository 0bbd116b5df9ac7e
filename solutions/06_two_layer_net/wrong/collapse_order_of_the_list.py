"""The matrices are multiplied in the order of the list wherever the shapes allow it.

Diagnosis: the matrices were multiplied in the order of the list
Loses: collapse_linear
"""

# %%
def collapse_linear(layers):
    W, b = layers[0]
    for V, c in layers[1:]:
        W, b = (W @ V if W.shape == V.shape and W.shape[0] == W.shape[1] else V @ W), V @ b + c
    return W, b
