"""Answers with a mapping whose length, keys and values do not agree, and with one that has no end.

Added to: wrong answers
Score: 0
"""

# %%
import itertools
from collections.abc import Mapping


class Liar(Mapping):
    __len__ = lambda s: 0
    __iter__ = lambda s: itertools.count()
    __getitem__ = lambda s, k: s
    items = lambda s: ((n, n) for n in itertools.count())


class Odd(dict):
    items = lambda s: [([], 1), (s, s)]


double = lambda x: Odd(a=1)
apply = lambda f, x: Liar()
