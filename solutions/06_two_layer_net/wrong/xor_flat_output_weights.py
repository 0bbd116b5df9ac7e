"""The output weights are a vector instead of a matrix with one row.

Diagnosis: an axis of length 1 is missing or in another place
Loses: solve_xor
"""
import numpy as np

# %%
def solve_xor():
    return {"W1": np.ones((2, 2)), "b1": np.array([0.0, -1.0]), "W2": np.array([1.0, -2.0]), "b2": 0.0}
