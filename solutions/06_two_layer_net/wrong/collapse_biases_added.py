"""The biases are just added up (the last ones, where the lengths differ).

Diagnosis: the first bias is missing
Diagnosis: the biases were added up
Loses: collapse_linear
"""

# %%
def collapse_linear(layers):
    W, b = layers[0]
    for V, c in layers[1:]:
        W, b = V @ W, b + c if b.shape == c.shape else c
    return W, b
