"""How many processes to fork, and what each of them does first."""

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1


def cores() -> int:
    """How many processes this machine runs at once."""
    return os.cpu_count() or 1


def work_for_parent() -> None:
    """Make this process leave Ctrl-C to the one that hands out the work, and end when that one ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
