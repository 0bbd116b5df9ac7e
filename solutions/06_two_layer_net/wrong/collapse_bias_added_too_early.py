"""Each bias is added before its own matrix acts instead of after it.

Diagnosis: both biases go through the second matrix
Loses: collapse_linear
"""

# %%
def collapse_linear(layers):
    W, b = layers[0]
    for V, c in layers[1:]:
        W, b = V @ W, V @ b + 2 * c
    return W, b
