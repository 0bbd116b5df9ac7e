"""An array without axes comes back with one.

Loses: step
"""

def step(z):
    fires = 1.0 * (np.asarray(z) >= 0)
    return np.atleast_1d(fires) if isinstance(z, np.ndarray) else fires
