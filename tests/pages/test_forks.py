"""Work shared among forks of this process."""

from __future__ import annotations

import os

import pytest

from grader.pages.forks import in_order


def test_results_come_in_order_from_several_processes() -> None:
    """More parts than are in memory at once, with what only this process knows."""
    secret = object()
    found = list(in_order(lambda part: (part, os.getpid(), id(secret)), range(1200), 2))
    assert [part for part, _, _ in found] == list(range(1200))
    assert len({pid for _, pid, _ in found} - {os.getpid()}) in (1, 2)  # one can be faster than the other is there
    assert os.getpid() not in {pid for _, pid, _ in found}
    assert {place for _, _, place in found} == {id(secret)}


@pytest.mark.parametrize(("parts", "jobs"), [(1000, 1), (15, 2), (0, 4)])
def test_little_work_is_done_here(parts: int, jobs: int) -> None:
    """A fork costs more than a few pages do."""
    assert set(in_order(lambda part: os.getpid(), range(parts), jobs)) <= {os.getpid()}


def test_what_one_of_them_raises_is_raised_here() -> None:
    """Nothing is left out silently."""

    def work(part: int) -> int:
        return 1 // (part - 77)

    with pytest.raises(ZeroDivisionError):
        list(in_order(work, range(100), 2))
