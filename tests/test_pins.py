"""The set-up is the same next month: whatever it installs has an exact version in `constraints.txt`."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from support.paths import ROOT


def needed(name: str, extras: frozenset[str], seen: set[tuple[str, frozenset[str]]]) -> None:
    """Add to `seen` what an installed distribution needs on this machine, and what that needs, and so on."""
    if (name, extras) in seen:
        return
    seen.add((name, extras))
    try:
        requirements = [Requirement(text) for text in distribution(name).requires or []]
    except PackageNotFoundError:  # of an extra of another package that this machine has no use for
        return
    for one in requirements:
        if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras or {""}):
            needed(canonicalize_name(one.name), frozenset(one.extras), seen)


def test_everything_that_is_installed_is_pinned() -> None:
    pinned = set(re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE))
    seen: set[tuple[str, frozenset[str]]] = set()
    needed("gradbook", frozenset({"dev"}), seen)
    assert len(seen) > 50
    assert {name for name, _ in seen} - {canonicalize_name(name) for name in pinned} == {"gradbook"}
