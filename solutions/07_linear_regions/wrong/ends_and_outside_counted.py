"""The bends outside (lo, hi) and at its ends are counted too.

Diagnosis: this is the number of pieces on the whole axis
Loses: count_regions
"""
import numpy as np

# %%
def count_regions(layers, lo, hi):
    lo, hi = lo - 1e2, hi + 1e2
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
    return np.sum(np.diff(sorted(places)) > 1e-12)
