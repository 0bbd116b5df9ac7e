"""The sum stops before its last term, j = n_inputs.

Diagnosis: one term of the sum is missing
Loses: max_regions
"""
import math

# %%
def max_regions(n_inputs, n_hidden):
    return sum(math.comb(n_hidden, j) for j in range(n_inputs))
