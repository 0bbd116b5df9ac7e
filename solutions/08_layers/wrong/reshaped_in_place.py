"""The caller's x is flattened in place.

Diagnosis: work on a copy instead of changing the argument
Loses: affine_forward
"""

# %%
def affine_forward(x, w, b):
    saved = x.copy()
    x.shape = (len(x), -1)
    return x @ w + b, (saved, w)
