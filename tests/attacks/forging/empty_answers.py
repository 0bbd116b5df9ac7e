"""Answers with nothing to compare: empty lists, empty arrays, None.

Added to: wrong answers
Score: 0
"""

# %%
import numpy as np

double = lambda x: np.zeros((0, 3))
apply = lambda f, x: []


class Counter:
    add = lambda s, n: None
    total = lambda s: None
