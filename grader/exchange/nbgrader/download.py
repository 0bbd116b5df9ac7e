"""What nbgrader collects: `submitted/{student}/{assignment}/{notebook}.ipynb`, with the time in
`timestamp.txt`.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.exchange.intake.handed_in import Claim, Item, Reading
from grader.exchange.intake.plain import STAMP, Stamps

ROOT = "submitted"


def below(item: Item) -> tuple[str, ...] | None:
    """The path below `submitted/`, if that is in it."""
    for index, part in enumerate(item.parts[:2]):
        if part == ROOT and len(item.parts) >= index + 4:
            return item.parts[index + 1 :]
    return item.parts if item.container == ROOT and len(item.parts) >= 3 else None


def fitting(items: Sequence[Item]) -> set[tuple[str, ...]]:
    """The paths that are where nbgrader would put them."""
    stamped = {item.parts[:2] for item in items if len(item.parts) == 3 and item.parts[-1] == STAMP}
    return {
        item.parts for item in items if below(item) or (len(item.parts) >= 3 and item.parts[:2] in stamped)
    }


def read(items: Sequence[Item]) -> Reading:
    """Whose the files are, and when they were handed in."""
    stamps = Stamps(items)
    reading = Reading(unknown=stamps.unknown)
    for item in items:
        parts = below(item) or item.parts
        if parts[-1] == STAMP:
            continue
        if len(parts) < 2:
            reading.unknown.append((item.shown, f"it is not in {ROOT}/<student>/<assignment>/"))
            continue
        claim = Claim(item, (parts[0],), parts[0], parts[-1], parts[1:-1], submitted_at=stamps.at(item))
        reading.claims.append(claim)
    return reading
