"""Leaves its session by forking twice and runs another program.

Added to: right answers
Score: full
"""

# %%
import os

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv("/bin/sleep", ["sleep", MARK])
    os._exit(0)
