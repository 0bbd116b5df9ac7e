"""Kills its own process in a call with a signal that looks like the machine's fault.

Added to: right answers
Score: 4
Status: apply crashed
Says: signal
"""

# %%
import os
import resource
import signal


def apply(f, x):
    resource.setrlimit(resource.RLIMIT_CPU, (0, 0))
    signal.signal(signal.SIGBUS, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGBUS)
    while True:
        pass
