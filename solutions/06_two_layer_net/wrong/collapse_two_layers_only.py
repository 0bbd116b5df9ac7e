"""Exactly two layers are expected; the rest of the list is ignored.

Loses: collapse_linear
"""

# %%
def collapse_linear(layers):
    (W1, b1), (W2, b2) = layers[0], layers[-1]
    return (W2 @ W1, W2 @ b1 + b2) if W2.shape[1] == W1.shape[0] else (W2, b2)
