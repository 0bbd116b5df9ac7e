"""The bends are counted, not the pieces between them.

Diagnosis: these are the bends
Diagnosis: every entry is too small by the same amount
Loses: count_regions
"""
import numpy as np

# %%
def count_regions(layers, lo, hi):
    places = [lo, hi]
    for depth in range(1, len(layers)):
        places.sort()
        z = []
        for x in places:
            h = np.array([x])
            for W, b in layers[:depth]:
                before = W @ h + b
                h = np.maximum(0, before)
            z.append(before)
        for k in range(len(z) - 1):
            for left, right in zip(z[k], z[k + 1]):
                if left * right < 0:
                    places.append(places[k] + (places[k + 1] - places[k]) * left / (left - right))
    return len(set(places)) - 2
