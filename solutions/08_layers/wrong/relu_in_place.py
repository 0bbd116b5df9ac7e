"""The negative entries are zeroed inside the caller's x.

Diagnosis: work on a copy instead of changing the argument
Loses: relu_forward
"""

# %%
def relu_forward(x):
    x[x < 0] = 0
    return x, x
