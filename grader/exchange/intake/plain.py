"""A folder a student, `<student>/<exercise>.ipynb` or deeper; and notebooks that lie there by themselves."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.exchange.intake.gather import NOTEBOOKS, content
from grader.exchange.intake.handed_in import Claim, Item, Reading
from grader.exchange.intake.timestamps import utc
from grader.exchange.intake.unpack import Refused

STAMP = "timestamp.txt"


class Stamps:
    """The times that `timestamp.txt` files give to what is in or below their folders."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.unknown: list[tuple[str, str]] = []
        self._times: dict[tuple[object, tuple[str, ...]], str] = {}
        for item in items:
            if item.parts[-1] != STAMP or len(item.parts) < 2:
                continue
            try:
                time = utc(content(item)[:1000].decode("utf-8", "replace"))
            except Refused as problem:
                self.unknown.append((item.shown, str(problem)))
                continue
            if time:
                self._times[item.archive, item.parts[:-1]] = time
            else:
                self.unknown.append((item.shown, "it holds no date and time that can be read"))

    def at(self, item: Item) -> str:
        """When the file was handed in: by the nearest folder that says so, "" if none does."""
        if not self._times:
            return ""
        for depth in range(len(item.parts) - 1, 0, -1):
            if time := self._times.get((item.archive, item.parts[:depth])):
                return time
        return ""


def read(items: Sequence[Item], slugs: Sequence[str]) -> Reading:
    """Whose the files are; `slugs` are those looked for where a folder cannot be listed."""
    stamps = Stamps(items)
    reading = Reading(unknown=stamps.unknown)
    wrapped = _wrapping(items, slugs)
    for item in items:
        parts = item.parts[wrapped.get(item.archive, 0) :]
        if item.closed:
            claims = [] if item.path is None else _locked(item, parts, slugs)
            reading.claims.extend(claims)
            if not claims:
                reading.unknown.append((item.shown, "the folder cannot be read"))
        elif len(parts) < 2:
            why = (
                f"{item.odd}; links are not followed"
                if item.odd == "a link"
                else "it is not in a student's folder"
            )
            reading.unknown.append((item.shown, why))
        elif parts[-1] != STAMP:
            at = stamps.at(item)
            reading.claims.append(Claim(item, (parts[0],), parts[0], parts[-1], parts[1:-1], submitted_at=at))
    return reading


def read_notebooks(items: Sequence[Item], slugs: Sequence[str]) -> Reading:
    """Notebooks by themselves: each is called by its name, or, if that is an exercise's, by the folder it is
    in.
    """
    reading = Reading()
    for item in items:
        stem = Path(item.parts[-1]).stem
        if item.odd or len(item.parts) > 1:
            reading.unknown.append((item.shown, item.odd or "it is in a folder"))
            continue
        key = item.container if any(slug.lower() in stem.lower() for slug in slugs) else stem
        if item.container in slugs and key == item.container and item.path is not None:
            key = item.path.absolute().parent.parent.name  # <student>/<exercise>/<exercise>.ipynb
        reading.claims.append(Claim(item, (key,), key, item.parts[-1]))
    return reading


def _wrapping(items: Sequence[Item], slugs: Sequence[str]) -> Mapping[object, int]:
    """Archive (None: the folder) → how many of its folders stand around the folders of the students.

    Without that, a class in `download/class/` would be one student with very many attempts.
    """
    notebooks: dict[object, list[tuple[str, ...]]] = {}
    for item in items:
        if item.parts[-1].lower().endswith(NOTEBOOKS):
            notebooks.setdefault(item.archive, []).append(item.parts)
    found: dict[object, int] = {}
    for archive, paths in notebooks.items():
        shared = os.path.commonprefix([path[:-1] for path in paths])
        inner = {path[len(shared)] for path in paths}
        if (
            len(inner) > 1
            and all(len(path) > len(shared) + 1 for path in paths)
            and (inner | {*shared}).isdisjoint(slugs)
        ):
            found[archive] = len(shared)
    return found


def _locked(item: Item, parts: tuple[str, ...], slugs: Sequence[str]) -> list[Claim]:
    """Of a folder that may not be listed: the notebooks that are there, or may be, so that they are not
    passed over.
    """
    assert item.path is not None
    student, *inside = parts
    claims = []
    for slug in slugs:
        if not inside:
            folders = [item.path]
            if not os.path.islink(item.path / slug) and os.access(
                item.path, os.X_OK
            ):  # a link may lead to the solutions
                folders.append(item.path / slug)
        else:
            folders = [item.path] if inside == [slug] else []
        for place in (folder / f"{slug}.ipynb" for folder in folders):
            if _exists(place):
                there = Item((*parts, place.name), item.shown, item.container, place)
                claims.append(Claim(there, (student,), student, place.name, tuple(inside), slug=slug))
    return claims


def _exists(place: Path) -> bool:
    """Whether something is there; what may not be looked at is, so that it is reported and not passed over."""
    try:
        os.lstat(place)
    except PermissionError:
        return True
    except OSError:
        return False
    return True
