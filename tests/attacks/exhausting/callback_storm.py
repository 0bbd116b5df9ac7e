"""Calls the judge's function without end.

Added to: right answers
Score: 4
Status: apply timed_out
"""

# %%
def apply(f, x):
    while True:
        f(x)
