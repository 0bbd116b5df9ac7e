"""Only the corner (1, 1) is found: AND.

Diagnosis: this network computes AND
Loses: solve_xor
"""
import numpy as np

# %%
def solve_xor():
    return {"W1": np.ones((2, 2)), "b1": np.array([0.0, -1.0]), "W2": np.array([[0.0, 1.0]]), "b2": np.zeros(1)}
