"""Every on/off pattern is thought to occur: 2 to the number of units.

Diagnosis: not every on/off pattern occurs when there are fewer inputs than units
Loses: max_regions
"""

# %%
def max_regions(n_inputs, n_hidden):
    return 2**n_hidden
