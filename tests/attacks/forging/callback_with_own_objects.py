"""Hands the judge's function objects of its own to work with.

Added to: wrong answers
Score: 0
"""

# %%
class Odd(float):
    __pow__ = __add__ = __radd__ = lambda s, *o: print("mine")


class Own:
    __pow__ = __add__ = lambda s, o: 0


def apply(f, x):
    for odd in (Own(), Odd(3), "3", [3], {3: 3}, f, 10**4000, float("nan")):
        try:
            f(odd)
        except RuntimeError:
            pass
    return 0
