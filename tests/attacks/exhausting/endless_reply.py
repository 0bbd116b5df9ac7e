"""Answers with a sequence that has no end, and with one that is nested without end.

Added to: right answers
Score: 1
"""

# %%
import itertools

loop = []
loop.append(loop)


def double(x):
    return itertools.count()


def apply(f, x):
    return loop
