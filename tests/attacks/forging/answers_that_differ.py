"""Answers something else at every call, hoping that one of them fits.

Added to: wrong answers
Score: 0
"""

# %%
import itertools

factors = itertools.cycle([2, 3, 1, -2])


def double(x):
    next(factors)
    return x * next(factors)


apply = lambda f, x: f(x) * next(factors) * 5
