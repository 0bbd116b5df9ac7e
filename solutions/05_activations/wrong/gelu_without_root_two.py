"""The square root of 2 inside erf is forgotten.

Diagnosis: the square root of 2 inside erf is missing
Loses: gelu
"""

# %%
def gelu(x):
    return 0.5 * x * (1 + erf(x))
