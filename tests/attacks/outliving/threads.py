"""Leaves threads behind that work on after the cell.

Added to: right answers
Score: full
"""

# %%
import threading
import time


def work():
    while True:
        time.sleep(0.01)


for _ in range(8):
    threading.Thread(target=work, daemon=False).start()
