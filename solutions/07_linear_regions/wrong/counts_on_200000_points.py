"""Counts where the activations change between 200 000 points, and misses what lies between two of them.

Diagnosis: pieces that are very short
Loses: count_regions
"""

import numpy as np


def count_regions(layers, lo, hi):
    h, on = np.linspace(lo, hi, 200_001)[1:-1, None], []
    for W, b in layers[:-1]:
        z = h @ W.T + b
        on.append(z > 0)
        h = np.maximum(0, z)
    return 1 + int((np.diff(np.hstack(on).astype(int), axis=0) != 0).any(axis=1).sum()) if on else 1
