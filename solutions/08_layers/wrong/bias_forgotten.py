"""The bias is left out of the output.

Diagnosis: the bias is missing
Loses: affine_forward
"""

# %%
def affine_forward(x, w, b):
    return x.reshape(len(x), -1) @ w, (x, w)
