"""The worker and everything below it, as the supervisor sees them in /proc: measured, and killed."""

import contextlib
import os
import signal
import time
from typing import NamedTuple

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class Process(NamedTuple):
    """One row of the process table; `cpu_s` includes children that have been reaped."""

    parent: int
    cpu_s: float
    memory_mb: float
    alive: bool


def processes() -> dict[int, Process]:
    """Every process that /proc shows, by its number."""
    table = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError, IndexError, ValueError), open(f"/proc/{name}/stat", "rb") as stream:
            fields = stream.read().rpartition(b") ")[2].split()
            cpu_s = sum(map(int, fields[11:15])) / TICKS_PER_S
            memory_mb = int(fields[21]) * 4096 / 1e6
            table[int(name)] = Process(int(fields[1]), cpu_s, memory_mb, fields[0] not in b"ZX")
    return table


def descendants(pid: int, table: dict[int, Process] | None = None) -> set[int]:
    """All processes below this one."""
    table = processes() if table is None else table
    below, generation = set[int](), {pid}
    while generation:
        generation = {child for child, process in table.items() if process.parent in generation} - below
        below |= generation
    return below


class Waits:
    """How long the family has waited for cores: from look to look, the longest wait of any thread in it."""

    def __init__(self) -> None:
        self.total_s = 0.0
        self._known: dict[str, float] = {}

    def look(self, pids: set[int]) -> float:
        """Seconds in all, since the first look."""
        now = {task: waited(task) for pid in pids for task in threads(pid)}
        self.total_s += max((now[task] - self._known.get(task, 0.0) for task in now), default=0.0)
        self._known = now
        return self.total_s


def usage(waits: Waits) -> dict[str, float]:
    """CPU seconds and resident megabytes of the worker, everything below it and its orphans, at this moment.

    `waited_s` is how long some thread of theirs was ready to run while others had the cores.
    """
    table = processes()
    below = descendants(os.getpid(), table)
    shared = (
        table[os.getpid()].memory_mb if os.getpid() in table else 0.0
    )  # pages that every fork has in common
    return {
        "cpu_s": sum(table[pid].cpu_s for pid in below),
        "memory_mb": sum(max(0.0, table[pid].memory_mb - shared) for pid in below),
        "waited_s": waits.look(below),
    }


def threads(pid: int) -> list[str]:
    """The threads of a process, by their folders below /proc; none once it has ended."""
    try:
        return [f"{pid}/task/{number}" for number in os.listdir(f"/proc/{pid}/task")]
    except OSError:
        return []


def waited(task: str) -> float:
    """Seconds that a thread has queued for a core; 0 if the kernel does not count them."""
    try:
        with open(f"/proc/{task}/schedstat", "rb") as stream:
            return int(stream.read().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


def kill(pids: set[int]) -> None:
    """Kill those of these processes that are still there."""
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def end_orphans() -> None:
    """Kill everything left below this process, including what forks and ends too quickly to be caught alive.

    Processes that have ended stay unreaped meanwhile. So they count against the limit of processes, at which
    nothing can fork any more; and two looks in a row that see the same processes, all of them ended, prove
    that none was alive in between.
    """
    deadline_s, before = time.process_time() + 5, None  # of our own CPU time: a busy machine needs longer
    while time.process_time() < deadline_s and has_children():
        table = processes()
        below = descendants(os.getpid(), table)
        living = {pid for pid in below if table[pid].alive}
        kill(living)
        if not living and below == before:
            break
        before = below
    reap()


def has_children() -> bool:
    """Whether any child of this process is left, alive or unreaped."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def reap() -> list[int]:
    """Reap every child that has ended; their statuses, 0 for those that ended well."""
    statuses = []
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            statuses.append(ended[1])
    return statuses
