"""A loop without end in a call.

Added to: right answers
Score: 4
Status: apply timed_out
Says: of CPU time
"""

# %%
def apply(f, x):
    while True:
        pass
