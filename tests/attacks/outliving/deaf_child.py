"""A child ignores every signal, closes everything and waits.

Added to: right answers
Score: full
"""

# %%
import os
import signal
import time

if os.fork() == 0:
    os.setsid()
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    os.closerange(0, 1000)
    time.sleep(1000)
