"""A thread ends the process at a moment of its own.

Added to: wrong answers
Score: 0
"""

# %%
import os
import threading
import time

threading.Timer(0.05, os._exit, [0]).start()
time.sleep(0.3)
