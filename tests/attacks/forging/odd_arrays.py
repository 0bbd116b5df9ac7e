"""Answers with masked, structured, object, datetime and text arrays, and with one that shares all its bytes.

Added to: wrong answers
Score: 0
"""

# %%
import itertools

import numpy as np

kinds = itertools.cycle(
    [
        np.ma.masked_all(3),
        np.zeros(2, dtype=[("a", "f8"), ("b", "O")]),
        np.array([{}, [], object()], dtype=object),
        np.array(["2020-01-01"], dtype="M8[D]"),
        np.array(["1.0"]),
        np.broadcast_to(np.float64(0), (1 << 40,)),
        np.ma.masked,
        np.zeros((0,)),
    ]
)
double = lambda x: next(kinds)
apply = lambda f, x: next(kinds)
