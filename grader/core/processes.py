"""Processes that this one forks to share its work."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

PR_SET_PDEATHSIG = 1
AT_ONCE = 500
Part = TypeVar("Part")
Result = TypeVar("Result")
_WORK: list[Any] = []


def cores() -> int:
    """How many processes this machine runs at once."""
    return os.cpu_count() or 1


def work_for_parent() -> None:
    """Ctrl-C is for the process that hands out the work, and without that process there is nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def in_order(work: Callable[[Part], Result], parts: Sequence[Part], jobs: int) -> Iterator[Result]:
    """`work` of each part, in their order, by forks that have all that this process has in memory.

    Args:
        jobs: how many forks; with 1, or few parts, the work is done here. `AT_ONCE` results at most are in
        memory.
    """
    if jobs < 2 or len(parts) < 8 * jobs:
        yield from map(work, parts)
        return
    _WORK[:] = [work, parts]
    try:
        with ProcessPoolExecutor(jobs, multiprocessing.get_context("fork"), work_for_parent) as pool:
            for start in range(0, len(parts), AT_ONCE):
                yield from pool.map(_one, range(start, min(start + AT_ONCE, len(parts))), chunksize=8)
    finally:
        _WORK.clear()


def _one(number: int) -> Any:
    work, parts = _WORK
    return work(parts[number])
