"""Runs commands, several streams of them at once, and prints the CPU time, wall time and size of all they started.

    python -I launch.py '{"streams": [[{"argv": […], "cwd": …}, …], …], "env": {…}, "log": FILE}'

Only the standard library, so that it weighs little beside what it measures. Being a subreaper it also waits for
processes whose parents are gone, so that the usage of children below is that of the whole tree.
"""

import contextlib
import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from typing import Any

PR_SET_CHILD_SUBREAPER = 36
STRAGGLERS_S = 5.0


def children() -> list[int]:
    """The processes that are ours now, adopted ones too."""
    with open("/proc/thread-self/children", encoding="ascii") as stream:
        return [int(word) for word in stream.read().split()]


def main() -> None:
    order = json.loads(sys.argv[1])
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    codes: list[int] = []
    begun = time.monotonic()
    with open(order["log"], "ab") as log:

        def stream(commands: list[dict[str, Any]]) -> None:
            for command in commands:
                codes.append(subprocess.call(command["argv"], cwd=command["cwd"], env=order["env"], stdout=log, stderr=log))

        threads = [threading.Thread(target=stream, args=(commands,)) for commands in order["streams"]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    wall = time.monotonic() - begun
    deadline = time.monotonic() + STRAGGLERS_S
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0] or time.monotonic() < deadline:
            time.sleep(0.02)
        for pid in children():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps({"cpu_s": usage.ru_utime + usage.ru_stime, "wall_s": wall, "codes": codes}), flush=True)


if __name__ == "__main__":
    main()
