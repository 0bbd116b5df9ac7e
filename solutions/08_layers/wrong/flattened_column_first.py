"""Each example is flattened with the first axis fastest.

Diagnosis: the numbers of an example are in another order than NumPy's own
Loses: affine_forward
"""

# %%
def affine_forward(x, w, b):
    return x.reshape(len(x), -1, order="F") @ w + b, (x, w)
