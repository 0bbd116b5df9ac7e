"""f(2x) = 2 f(x) is tested, which a ReLU network without biases passes.

Loses: is_additive
"""
import numpy as np

# %%
def is_additive(f, x1, x2):
    return all(np.allclose(f(2 * x), 2 * np.asarray(f(x)), rtol=1e-9, atol=0) for x in (x1, x2))
