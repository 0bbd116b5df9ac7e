"""The biases of the later layers are forgotten.

Diagnosis: the second bias is missing
Loses: collapse_linear
"""

# %%
def collapse_linear(layers):
    W, b = layers[0]
    for V, _ in layers[1:]:
        W, b = V @ W, V @ b
    return W, b
