"""Answers with the wire's own references to objects and to the judge's functions.

Added to: wrong answers
Score: 0
"""

# %%
import sys

codec = sys.modules["_gradbook_inside.codec"]
double = lambda x: codec.HandleRef(0, "float")
apply = lambda f, x: codec.CallbackRef(0)


class Counter:
    add = lambda s, n: codec.CallbackRef(10**6)
    total = lambda s: codec.HandleRef(-1, "float" * 10**5)
