"""The weights of the threshold network are taken over, as if the units answered 0 or 1.

Diagnosis: these weights solve XOR with a step activation
Loses: solve_xor
"""
import numpy as np

# %%
def solve_xor():
    return {"W1": np.ones((2, 2)), "b1": np.array([-0.5, -1.5]), "W2": np.array([[1.0, -1.0]]), "b2": np.zeros(1)}
