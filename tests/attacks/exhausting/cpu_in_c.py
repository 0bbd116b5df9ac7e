"""A computation in C that never lets go of the interpreter's lock.

Added to: right answers
Score: 4
Status: apply timed_out
Says: of CPU time
"""

# %%
def apply(f, x):
    return 7 ** (10**8)
