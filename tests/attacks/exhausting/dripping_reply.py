"""Sends its answer byte by byte, each a little later.

Added to: right answers
Score: 4
Status: apply timed_out
Pace: slow
"""

# %%
import time


def apply(f, x):
    for byte in frame(b"x" * 4000):
        shout(bytes([byte]))
        time.sleep(0.05)
