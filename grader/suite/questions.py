"""Mark a test as belonging to a question, with its points."""

from collections.abc import Callable
from typing import TypeVar

import pytest

Test = TypeVar("Test", bound=Callable[..., object])


def question(name: str, points: float = 1.0) -> Callable[[Test], Test]:
    """`@question("MulGate", points=2)`: this test earns `points` of the question `name`.

    Raises:
        ValueError: the points are not positive.
    """
    if points <= 0:
        raise ValueError(f"question {name}: points must be positive, not {points}")
    return pytest.mark.question(name, points)
