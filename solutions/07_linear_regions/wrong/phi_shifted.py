"""phi_0 is paired with the first unit: the weights are off by one.

Diagnosis: each unit was paired with the phi of the unit before it
Loses: region_slope
"""
import numpy as np

# %%
def region_slope(theta, phi, x):
    active = theta[:, 0] + theta[:, 1] * x > 0
    return np.sum(theta[active, 1] * phi[:-1][active])
