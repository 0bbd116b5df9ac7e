"""Waits for a lock that it holds itself.

Added to: right answers
Score: 4
Status: apply timed_out
Says: did not answer within
Pace: slow
"""

# %%
import threading

lock = threading.Lock()


def apply(f, x):
    lock.acquire()
    lock.acquire()
