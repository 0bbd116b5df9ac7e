"""The breakpoints stay in the order of the units.

Diagnosis: the places are right
Diagnosis: two entries have changed places
Diagnosis: the right numbers
Loses: breakpoints
"""
import numpy as np

# %%
def breakpoints(theta):
    moving = theta[theta[:, 1] != 0]
    found = []
    for place in -moving[:, 0] / moving[:, 1]:
        if place not in found:
            found.append(place)
    return np.array(found)
