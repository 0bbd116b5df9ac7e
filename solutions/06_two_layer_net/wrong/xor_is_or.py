"""The sum of the inputs is used alone: OR.

Diagnosis: no ReLU bends anything between the corners
Loses: solve_xor
"""
import numpy as np

# %%
def solve_xor():
    return {"W1": np.eye(2), "b1": np.zeros(2), "W2": np.ones((1, 2)), "b2": np.zeros(1)}
