"""Only the bends of the first layer are counted.

Diagnosis: the bends that the later layers make are missing
Loses: count_regions
"""
import numpy as np

# %%
def count_regions(layers, lo, hi):
    if len(layers) == 1:
        return 1
    W, b = layers[0]
    places = np.unique(-b / W[:, 0])
    return 1 + np.sum((lo < places) & (places < hi))
