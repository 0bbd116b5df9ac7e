"""A third hidden unit is used.

Loses: solve_xor
"""
import numpy as np

# %%
def solve_xor():
    return {"W1": np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), "b1": np.array([0.0, 0.0, -1.0]), "W2": np.array([[1.0, 1.0, -2.0]]), "b2": np.zeros(1)}
