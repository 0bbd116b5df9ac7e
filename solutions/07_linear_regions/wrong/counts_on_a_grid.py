"""The slope is sampled on a grid, which misses pieces shorter than its step.

Diagnosis: pieces that are very short compared with the interval were missed
Loses: count_regions
"""
import numpy as np

# %%
def count_regions(layers, lo, hi):
    h = np.linspace(lo, hi, 10_001)[:, None]
    patterns = []
    for W, b in layers[:-1]:
        z = h @ W.T + b
        patterns.append(z > 0)
        h = np.maximum(0, z)
    if not patterns:
        return 1
    on = np.hstack(patterns)[1:-1]
    return 1 + np.sum(np.any(on[1:] != on[:-1], axis=1))
