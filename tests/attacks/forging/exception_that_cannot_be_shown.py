"""Raises an exception whose text raises itself.

Added to: wrong answers
Score: 0
"""

# %%
class Loop(Exception):
    def __str__(self):
        raise self

    __repr__ = __str__


def double(x):
    raise Loop()
