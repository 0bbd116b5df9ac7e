"""The rule in terms of the output is fed with the input.

Loses: tanh_grad
"""

# %%
def tanh_grad(x):
    return 1 - x**2
