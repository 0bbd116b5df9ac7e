"""The comparison of a plain number is a bool, which has no `astype`.

Loses: step
"""

def step(z):
    return (z >= 0).astype(int)
