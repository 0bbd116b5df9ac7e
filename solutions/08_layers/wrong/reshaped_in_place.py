"""The caller's x is flattened in place.

Loses: affine_forward
"""

# %%
def affine_forward(x, w, b):
    saved = x.copy()
    x.shape = (len(x), -1)
    return x @ w + b, (saved, w)
