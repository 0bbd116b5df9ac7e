"""Each example is flattened with the first axis fastest.

Loses: affine_forward
"""

# %%
def affine_forward(x, w, b):
    return x.reshape(len(x), -1, order="F") @ w + b, (x, w)
