"""Gives the judge's function numbers that take long to calculate with.

Added to: right answers
Score: 4
Pace: slow
"""

# %%
def apply(f, x):
    while True:
        try:
            f((1 << 31_000) - 1)
        except RuntimeError:
            pass
