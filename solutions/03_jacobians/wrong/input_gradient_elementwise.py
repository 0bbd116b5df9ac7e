"""dx is summed over W before the upstream gradient is applied, as if all outputs had the same one.

Loses: linear_vjp
"""
import numpy as np

# %%
def linear_vjp(W, x, upstream):
    return np.outer(upstream, x), W.sum(axis=0) * upstream.mean()
