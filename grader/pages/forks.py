"""Work shared among forks, which have everything that this process has in memory."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, cast

from grader.core.processes import fork_pool, work_for_parent

AT_ONCE = 500
Part = TypeVar("Part")
Result = TypeVar("Result")
_WORK: list[Callable[[int], object]] = []  # for the forks, which inherit it


def in_order(work: Callable[[Part], Result], parts: Sequence[Part], jobs: int) -> Iterator[Result]:
    """`work` of each part, in order, by forks.

    Args:
        jobs: how many forks; with 1, or few parts, the work is done here. At most `AT_ONCE` results wait.
    """
    if jobs < 2 or len(parts) < 8 * jobs:
        yield from map(work, parts)
        return
    _WORK[:] = [lambda number: work(parts[number])]
    try:
        with fork_pool(jobs, work_for_parent, os.getpid()) as pool:
            for start in range(0, len(parts), AT_ONCE):
                numbers = range(start, min(start + AT_ONCE, len(parts)))
                yield from cast(Iterator[Result], pool.map(_work_on, numbers, chunksize=8))
    finally:
        _WORK.clear()


def _work_on(number: int) -> object:
    return _WORK[0](number)
