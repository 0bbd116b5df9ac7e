"""The record that workers are compared with is what a real kernel does today, and covers every idiom."""

import runpy
from collections.abc import Callable
from typing import Any

import pytest
from support.idioms import Outcome, all_idioms, recorded
from support.nonempty import nonempty
from support.paths import ROOT


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    """The names of the script that writes the record."""
    return runpy.run_path(str(ROOT / "scripts" / "record_kernel.py"))


def test_every_idiom_is_recorded() -> None:
    """If not: `python scripts/record_kernel.py NAME`."""
    assert list(recorded()) == list(all_idioms())
    assert all("?" not in outcome.names for outcome in nonempty(recorded().values()))


@pytest.mark.slow
def test_a_kernel_does_what_the_record_says(script: dict[str, Any]) -> None:
    """If not: `python scripts/record_kernel.py`, and see whether `versions` there have changed."""
    record: Callable[[dict[str, list[str]]], dict[str, Outcome]] = script["record"]
    now = record(all_idioms())
    assert not {name: found for name, outcome in now.items() if (found := recorded()[name].differences(outcome))}
