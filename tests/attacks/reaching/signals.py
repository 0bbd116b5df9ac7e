"""Sends signals to everything it can name: its parent, the judge, all.

Added to: right answers
Score: full
Loot: none
"""

# %%
import os
import signal

for pid in [*range(2, 400), JUDGE, os.getppid(), -JUDGE]:
    if pid not in (0, 1, os.getpid()):
        for number in (0, signal.SIGKILL):
            try:
                os.kill(pid, number)
                loot.append(pid)
            except OSError:
                pass
