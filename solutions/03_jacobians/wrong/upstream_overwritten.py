"""The blocked entries are zeroed inside the caller's upstream gradient.

Loses: relu_vjp
"""

# %%
def relu_vjp(x, upstream):
    upstream[x <= 0] = 0
    return upstream
