"""The batch is flattened so that the numbers of different examples are mixed.

Loses: affine_forward
"""

# %%
def affine_forward(x, w, b):
    return x.reshape(-1, len(x)).T @ w + b, (x, w)
