"""Sleeps in a call, which costs no CPU time at all.

Added to: right answers
Score: 4
Status: apply timed_out
Says: did not answer within
"""

# %%
import time


def apply(f, x):
    time.sleep(1000)
