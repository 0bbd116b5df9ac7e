"""Takes the limit of recursion away and calls itself.

Added to: right answers
Score: 4
"""

# %%
import sys

sys.setrecursionlimit(10**9)


def apply(f, x):
    return apply(f, x)
