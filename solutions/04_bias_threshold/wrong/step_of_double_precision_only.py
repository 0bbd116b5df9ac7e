"""Single precision is refused, and so are views and arrays without entries.

Loses: step
"""

def step(z):
    z = np.asarray(z)
    if z.dtype != np.float64 or z.size == 0 or not z.flags["C_CONTIGUOUS"]:
        raise TypeError("a contiguous float64 array with entries is needed")
    return 1.0 * (z >= 0)
