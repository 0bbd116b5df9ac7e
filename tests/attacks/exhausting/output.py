"""Prints without end.

Added to: right answers
Score: 4
Status: apply timed_out
"""

# %%
def apply(f, x):
    while True:
        print("x" * 10**6)
