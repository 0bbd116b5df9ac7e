"""Turn claims into submissions: the exercise, a safe key for the student, a file, and the order of attempts."""

from __future__ import annotations

import calendar
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from grader.core.files import write_file
from grader.core.notebook import Notebook, UnreadableNotebook, notebook_in
from grader.core.students import fits
from grader.exchange.intake.gather import NOTEBOOKS, content, members
from grader.exchange.intake.handed_in import Claim, Handed, NotTaken, ReceivedFile
from grader.exchange.intake.recognise import Recognition, Signs, recognise
from grader.exchange.intake.unpack import Archive, Archives, Refused

KEY_MOST = 255  # bytes: what file systems take
KEY_KEPT = 40  # characters of a name that is too long or already taken


@dataclass(frozen=True)
class SettledClaim:
    """A claim with its student's key, its exercise, and where the file is now."""

    student: str
    claim: Claim
    recognition: Recognition
    path: Path


def settle(
    claims: Sequence[Claim],
    signs: Signs,
    wanted: Sequence[str],
    globs: Sequence[str],
    keep: Path,
    archives: Archives,
) -> Iterator[SettledClaim | NotTaken]:
    """Every attempt at a wanted exercise by a student whose key or name one of `globs` matches.

    Raises:
        GraderError: `keep` cannot be written.
    """
    keys = safe_keys(claims)
    for claim in claims:
        key = keys[claim.person]
        if not fits(globs, key, claim.name):
            continue
        for part in _unzipped(claim, archives):
            if isinstance(part, NotTaken):
                yield part
                continue
            try:
                settled = _settled(part, signs, wanted, keep, key)
            except Refused as problem:
                yield NotTaken(part.received.shown, str(problem))
            else:
                if settled.recognition.slug in wanted:
                    yield settled


def in_order(attempts: Sequence[SettledClaim], kind: str, slugs: Sequence[str]) -> Iterator[Handed]:
    """The attempts sorted by student, exercise and order."""

    def group(attempt: SettledClaim) -> tuple[str, int]:
        return attempt.student, slugs.index(attempt.recognition.slug)

    for _, same in groupby(sorted(attempts, key=lambda one: (group(one), _later(one))), group):
        order = -1
        for attempt in same:
            claim, recognition = attempt.claim, attempt.recognition
            order = max(claim.number, order + 1)
            yield Handed(
                attempt.student, recognition.slug, attempt.path, kind, claim.file, claim.submitted_at, claim.late,
                claim.name, claim.lms_id, claim.email, order, recognition.recognised,
            )  # fmt: skip


def safe_keys(claims: Sequence[Claim]) -> dict[tuple[str, ...], str]:
    """Person → key: a name for a folder; no two persons have the same. Names that are safe are kept."""
    raw = {claim.person: claim.key for claim in claims}
    keys: dict[tuple[str, ...], str] = {}
    taken: set[str] = set()
    for person in sorted(raw, key=lambda person: (_safe(raw[person]) != raw[person], person)):
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


def _unzipped(claim: Claim, archives: Archives) -> Iterator[Claim | NotTaken]:
    """The claim itself or, if a zip was handed in, one for each file in it."""
    received = claim.received
    if not claim.file.lower().endswith(".zip"):
        yield claim
        return
    try:
        archive = Archive(content(received), archives)
    except Refused as problem:
        yield NotTaken(received.shown, str(problem))
        return
    for file in members(archive, f"{received.shown}/", received.container):
        if isinstance(file, NotTaken):
            yield file
        elif file.parts[-1].lower().endswith(".zip"):
            yield NotTaken(file.shown, "a zip inside a zip that was handed in; unpack it")
        else:
            inside = (*claim.inside, Path(claim.file).stem, *file.parts[:-1])
            yield replace(claim, received=file, file=file.parts[-1], inside=inside)


def _settled(claim: Claim, signs: Signs, wanted: Sequence[str], keep: Path, key: str) -> SettledClaim:
    """Recognise the exercise; a file out of an archive is written below `keep`.

    Raises:
        Refused: it is for no exercise, for several, or cannot be read.
    """
    received, suffix = claim.received, Path(claim.file).suffix.lower()
    if suffix not in NOTEBOOKS:
        raise Refused(f"it is {received.odd or 'neither a notebook (.ipynb) nor a script (.py)'}")
    if received.path is not None and suffix == ".py" and not claim.file.endswith(".py"):
        raise Refused("its name must end in .py to be read as a script")
    data = content(received) if received.path is None else None
    exact = claim.slug or signs.files.get(claim.file)
    opened = (None, "") if exact else _opened(received, data, suffix)
    recognition = Recognition(exact, True, True) if exact else recognise(claim, *opened, signs)
    if data is None:
        assert received.path is not None
        return SettledClaim(key, claim, recognition, received.path)
    name = f"{key}/{recognition.slug}-{hashlib.sha256(data).hexdigest()[:12]}{suffix}"
    if recognition.slug in wanted:
        write_file(keep / name, data)
    return SettledClaim(key, claim, recognition, keep / name)


def _opened(file: ReceivedFile, data: bytes | None, suffix: str) -> tuple[Notebook | None, str]:
    """The notebook, or why it cannot be read."""
    try:
        return notebook_in(content(file) if data is None else data, suffix), ""
    except (Refused, UnreadableNotebook) as problem:
        return None, str(problem)


def _later(attempt: SettledClaim) -> tuple[object, ...]:
    """What puts attempts in order; docs/intake.md has the reasons."""
    claim, recognition = attempt.claim, attempt.recognition
    in_place = not claim.inside or claim.inside[-1] == recognition.slug
    notebook = claim.file.lower().endswith(".ipynb")
    return (
        not claim.received.odd, claim.submitted_at, recognition.named, notebook, claim.number, in_place,
        recognition.number, _changed(claim.received), recognition.exact, claim.received.shown,
    )  # fmt: skip


def _changed(file: ReceivedFile) -> float:
    """When the file was last changed, as its folder or archive has it."""
    try:
        if file.info is not None:
            return float(calendar.timegm((*file.info.date_time, 0, 0, 0)))
        return os.lstat(file.path).st_mtime if file.path is not None else 0.0
    except (OSError, ValueError):
        return 0.0
