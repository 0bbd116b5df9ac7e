"""The fold is right, and the answer is the wrong way round.

Diagnosis: the answers are the wrong way round
Loses: solve_xor
"""
import numpy as np

# %%
def solve_xor():
    return {"W1": np.array([[1.0, -1.0], [-1.0, 1.0]]), "b1": np.zeros(2), "W2": np.array([[-1.0, -1.0]]), "b2": np.ones(1)}
