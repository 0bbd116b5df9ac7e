"""Answers with a subclass of ndarray that takes over every operation.

Added to: wrong answers
Score: 0
"""

# %%
import numpy as np


class Liar(np.ndarray):
    __eq__ = lambda s, o: np.ones(s.shape, bool)
    __array_ufunc__ = lambda s, *a, **k: True
    __array_function__ = lambda s, *a, **k: True
    astype = tobytes = lambda s, *a, **k: s
    dtype = np.dtype("float64")
    shape = ()


double = lambda x: np.zeros(np.shape(x)).view(Liar)
apply = lambda f, x: np.zeros(3).view(Liar)
