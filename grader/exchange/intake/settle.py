"""Make submissions of claims: the exercise, a safe key for the student, a file to read, and the order of
attempts.
"""

from __future__ import annotations

import calendar
import hashlib
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

from grader.core.files import write_in
from grader.core.notebook import Notebook, UnreadableNotebook, read_notebook
from grader.exchange.intake.gather import NOTEBOOKS, Gathered, content, members
from grader.exchange.intake.handed_in import Claim, Handed, Item
from grader.exchange.intake.recognise import Fit, Signs, copy_number, fit
from grader.exchange.intake.unpack import Archive, Archives, Refused

KEY_MOST = 255  # bytes: what file systems take
KEY_KEPT = 40  # characters of a name that is too long, or another's too


@dataclass(frozen=True)
class Sure:
    """An exercise, and how it was told: `named` by the file's name, `exact` if that is the exercise's own."""

    slug: str
    named: bool
    exact: bool = False
    number: int = 0
    recognised: str = ""


def settle(
    claims: Sequence[Claim],
    kind: str,
    signs: Signs,
    wanted: Iterable[str],
    globs: Sequence[str],
    keep: Path,
    archives: Archives,
) -> tuple[list[Handed], list[tuple[str, str]]]:
    """Every attempt, sorted by student, exercise and attempt, and (file, why it is none).

    Raises:
        GraderError: `keep` cannot be written.
    """
    keys = safe_keys(claims)
    looked_for = set(wanted)
    attempts: dict[tuple[str, str], list[tuple[Claim, Sure, Path]]] = defaultdict(list)
    unknown: list[tuple[str, str]] = []
    for claim in claims:
        key = keys[claim.person]
        if not any(fnmatch(key, glob) or (claim.name and fnmatch(claim.name, glob)) for glob in globs):
            continue
        for leaf in _unzipped(claim, archives, unknown):
            try:
                sure, path = _told(leaf, signs, looked_for, keep, key)
            except Refused as problem:
                unknown.append((leaf.item.shown, str(problem)))
                continue
            if sure.slug in looked_for:
                attempts[key, sure.slug].append((leaf, sure, path))
    place = {slug: index for index, slug in enumerate(signs.slugs)}
    handed: list[Handed] = []
    for key, slug in sorted(attempts, key=lambda pair: (pair[0], place[pair[1]])):
        group = attempts[key, slug]
        before = -1
        for claim, sure, path in sorted(group, key=_later) if len(group) > 1 else group:
            before = max(claim.number, before + 1)
            handed.append(
                Handed(
                    student=key,
                    slug=slug,
                    path=path,
                    kind=kind,
                    original=claim.file,
                    submitted_at=claim.submitted_at,
                    late=claim.late,
                    name=claim.name,
                    lms_id=claim.lms_id,
                    email=claim.email,
                    order=before,
                    recognised=sure.recognised,
                )
            )
    return handed, unknown


def safe_keys(claims: Sequence[Claim]) -> dict[tuple[str, ...], str]:
    """Person → key: a name for a folder, and no two persons have the same."""
    raw = {claim.person: claim.key for claim in claims}
    taken: set[str] = set()
    keys: dict[tuple[str, ...], str] = {}
    for person in sorted(
        raw, key=lambda one: (_safe(raw[one]) != raw[one], one)
    ):  # names that are safe are kept
        key = _safe(raw[person])
        while key in taken:
            key = _marked(key, repr(person) + key)
        taken.add(key)
        keys[person] = key
    return keys


def _safe(name: str) -> str:
    clean = name.replace("/", "_").replace("\0", "_")
    if len(os.fsencode(clean)) > KEY_MOST:
        clean = _marked(clean, clean)
    return f"_{clean}" if clean in ("", ".", "..") else clean


def _marked(key: str, whole: str) -> str:
    return f"{key[:KEY_KEPT]}-{hashlib.sha256(whole.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _unzipped(claim: Claim, archives: Archives, unknown: list[tuple[str, str]]) -> Iterator[Claim]:
    """The claim itself, or, if a zip was handed in, one for each file in it."""
    if not claim.file.lower().endswith(".zip"):
        yield claim
        return
    found = Gathered(unknown=unknown)
    try:
        members(Archive(content(claim.item), archives), f"{claim.item.shown}/", claim.item.container, found)
    except Refused as problem:
        unknown.append((claim.item.shown, str(problem)))
        return
    for item in found.items:
        if item.parts[-1].lower().endswith(".zip"):
            unknown.append((item.shown, "an archive in an archive that was handed in; unpack it"))
        else:
            inside = (*claim.inside, Path(claim.file).stem, *item.parts[:-1])
            yield replace(claim, item=item, file=item.parts[-1], inside=inside)


def _told(claim: Claim, signs: Signs, looked_for: set[str], keep: Path, key: str) -> tuple[Sure, Path]:
    """The exercise and where the file is now.

    Raises:
        Refused: it is for no exercise, for two, or cannot be read.
    """
    suffix = Path(claim.file).suffix.lower()
    if claim.slug:
        assert claim.item.path is not None
        return Sure(claim.slug, True, True), claim.item.path
    if suffix not in NOTEBOOKS:
        raise Refused(f"it is {claim.item.odd or 'neither a notebook (.ipynb) nor a script (.py)'}")
    if claim.item.path is not None:
        if suffix == ".py" and not claim.file.endswith(".py"):
            raise Refused("its name must end in .py to be read as a script")
        exact = signs.files.get(claim.file)
        return (
            Sure(exact, True, True) if exact else _exercise(claim, signs, claim.item.path)
        ), claim.item.path
    data = content(claim.item)
    exact = signs.files.get(claim.file)
    if exact:
        sure = Sure(exact, True, True)
    else:
        with tempfile.TemporaryDirectory(prefix="intake-") as folder:
            copy = Path(folder) / f"handed{suffix}"
            copy.write_bytes(data)
            sure = _exercise(claim, signs, copy)
    name = f"{key}/{sure.slug}-{hashlib.sha256(data).hexdigest()[:12]}{suffix}"
    if sure.slug in looked_for:
        write_in(keep, name, data)
    return sure, keep / name


def _exercise(claim: Claim, signs: Signs, path: Path) -> Sure:
    """By the file's name, unless its content is clearly another exercise; by content; by the folder or
    archive it was in.
    """
    stem = Path(claim.file).stem
    named = signs.in_name(stem)
    notebook, problem = _opened(claim.item, path)
    fits = fit(notebook, signs) if notebook else Fit((), {})
    if len(named) == 1:
        slug, rest = named[0]
        if len(fits.slugs) == 1 and fits.slugs[0] != slug and not fits.seen.get(slug):
            other = fits.slugs[0]
            return Sure(
                other,
                False,
                number=copy_number(rest),
                recognised=f"is named {slug}, but {fits.reason(other)}",
            )
        return Sure(slug, True, number=copy_number(rest))
    number = copy_number(stem)
    if len(named) > 1:
        fits = Fit(tuple(slug for slug in fits.slugs if slug in dict(named)) or tuple(dict(named)), fits.seen)
    if len(fits.slugs) == 1:
        return Sure(fits.slugs[0], False, number=number, recognised=fits.reason(fits.slugs[0]))
    if len(fits.slugs) > 1:
        raise Refused(
            f"it may be for {' or '.join(fits.slugs[:3])}: hand each in by itself, named after its exercise"
        )
    for place in (*reversed(claim.inside), claim.item.container):
        around = signs.in_name(place)
        if len(around) == 1 and claim.file.lower().endswith(".ipynb"):
            return Sure(around[0][0], False, number=number, recognised=f"is in {place}")
    if problem:
        raise Refused(f"{problem}, and its name tells no exercise")
    if fits.seen:
        slug = max(fits.seen, key=lambda slug: len(fits.seen[slug]))
        raise Refused(f"it {fits.reason(slug)} of {slug}, which is too little to tell the exercise")
    raise Refused("neither its name nor what it defines tells the exercise")


def _opened(item: Item, path: Path) -> tuple[Notebook | None, str]:
    if item.odd:
        return None, f"it is {item.odd}"
    try:
        return read_notebook(path), ""
    except UnreadableNotebook as problem:
        return None, str(problem)


def _later(attempt: tuple[Claim, Sure, Path]) -> tuple[object, ...]:
    """What puts attempts in order: see docs/intake.md for the reasons."""
    claim, sure, _ = attempt
    place = not claim.inside or claim.inside[-1] == sure.slug
    notebook = claim.file.lower().endswith(".ipynb")
    return (
        not claim.item.odd,
        claim.submitted_at,
        sure.named,
        notebook,
        claim.number,
        place,
        sure.number,
        _changed(claim.item),
        sure.exact,
        claim.item.shown,
    )


def _changed(item: Item) -> float:
    """When the file was last changed, as its folder or archive has it."""
    try:
        if item.info is not None:
            return float(calendar.timegm((*item.info.date_time, 0, 0, 0)))
        return os.lstat(item.path).st_mtime if item.path is not None else 0.0
    except (OSError, ValueError):
        return 0.0
