"""The rule in terms of the output is fed with the input.

Diagnosis: x was used as if it were already the output of tanh
Loses: tanh_grad
"""

# %%
def tanh_grad(x):
    return 1 - x**2
