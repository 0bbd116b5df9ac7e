"""A collection that a test makes a statement about: it has to have something in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

Item = TypeVar("Item")


def nonempty(items: Iterable[Item]) -> list[Item]:
    """The items, at least one: `all` of nothing is true and `any` of nothing is false."""
    found = list(items)
    assert found, "there is nothing to check"
    return found
