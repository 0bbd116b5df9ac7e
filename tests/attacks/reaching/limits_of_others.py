"""Changes the limits, the priority and the processors of other processes.

Added to: right answers
Score: full
Loot: none
"""

# %%
import ctypes
import os
import resource

libc = ctypes.CDLL(None, use_errno=True)
for pid in (JUDGE, NEIGHBOUR, os.getppid()):
    if pid and pid != os.getpid():
        for way in (
            lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE, (16, 16)),
            lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
            lambda: os.setpriority(os.PRIO_PGRP, pid, 19),
            lambda: os.sched_setaffinity(pid, {0}),
            lambda: os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0)),
        ):
            try:
                way()
                loot.append(pid)
            except OSError:
                pass
        if libc.syscall(251, 1, pid, 3 << 13) >= 0:
            loot.append("ioprio_set")
