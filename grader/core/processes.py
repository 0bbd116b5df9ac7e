"""Processes forked to share the work."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar, cast

PR_SET_PDEATHSIG = 1
AT_ONCE = 500
Part = TypeVar("Part")
Result = TypeVar("Result")
_WORK: list[Callable[[int], object]] = []  # for the forks, which inherit it


def cores() -> int:
    """How many processes this machine runs at once."""
    return os.cpu_count() or 1


def work_for_parent() -> None:
    """Make this process leave Ctrl-C to the one that hands out the work, and end when that one ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def in_order(work: Callable[[Part], Result], parts: Sequence[Part], jobs: int) -> Iterator[Result]:
    """`work` of each part, in order, by forks, which have everything that this process has in memory.

    Args:
        jobs: how many forks; with 1, or few parts, the work is done here. At most `AT_ONCE` results wait.
    """
    if jobs < 2 or len(parts) < 8 * jobs:
        yield from map(work, parts)
        return
    _WORK[:] = [lambda number: work(parts[number])]
    try:
        with ProcessPoolExecutor(jobs, multiprocessing.get_context("fork"), work_for_parent) as pool:
            for start in range(0, len(parts), AT_ONCE):
                numbers = range(start, min(start + AT_ONCE, len(parts)))
                yield from cast(Iterator[Result], pool.map(_work_on, numbers, chunksize=8))
    finally:
        _WORK.clear()


def _work_on(number: int) -> object:
    return _WORK[0](number)
