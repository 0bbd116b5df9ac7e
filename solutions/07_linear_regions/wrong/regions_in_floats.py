"""The binomials are computed in floats, and the last digits of large sums are lost.

Diagnosis: nearly right, but not exact: a float has no r
Loses: max_regions
"""

# %%
def max_regions(n_inputs, n_hidden):
    total, term = 0.0, 1.0
    for j in range(n_inputs + 1):
        total += term
        term = term * (n_hidden - j) / (j + 1)
    return int(round(total))
