"""Mark a test as belonging to a question, with its points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

Test = TypeVar("Test", bound=Callable[..., Any])


def question(name: str, points: float = 1.0) -> Callable[[Test], Test]:
    """`@question("MulGate", points=2)`: this test earns `points` of the question `name`."""
    if points <= 0:
        raise ValueError(f"question {name}: points must be positive, not {points}")

    def mark(test: Test) -> Test:
        return pytest.mark.question(name, points)(test)  # type: ignore[no-any-return]

    return mark
