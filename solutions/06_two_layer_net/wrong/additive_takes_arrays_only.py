"""The outputs are compared entry by entry, and a single number has no entries.

Loses: is_additive
"""

def is_additive(f, x1, x2):
    together, apart = f(x1 + x2), [one + two for one, two in zip(f(x1), f(x2))]
    return all(abs(one - two) <= 1e-9 * abs(two) for one, two in zip(together, apart))
