"""The blocked entries are zeroed inside the caller's upstream gradient.

Diagnosis: work on a copy instead of changing the argument
Loses: relu_vjp
"""

# %%
def relu_vjp(x, upstream):
    upstream[x <= 0] = 0
    return upstream
