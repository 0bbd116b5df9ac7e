"""The largest possible number, the product of (units + 1), is returned for the actual one.

Diagnosis: this is the number of pieces on the whole axis
Diagnosis: this is the largest number that such layers could have
Loses: count_regions
"""
import numpy as np

# %%
def count_regions(layers, lo, hi):
    return int(np.prod([len(b) + 1 for W, b in layers[:-1]]))
