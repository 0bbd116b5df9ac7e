"""The square root of 2 inside erf is forgotten.

Loses: gelu
"""

# %%
def gelu(x):
    return 0.5 * x * (1 + erf(x))
