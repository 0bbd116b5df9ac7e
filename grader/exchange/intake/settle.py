"""Turn claims into submissions: the exercise, a safe key for the student, a file, the order of attempts."""

import calendar
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from grader.core.files import write_file
from grader.core.notebook import Notebook, UnreadableNotebook, notebook_in
from grader.core.students import fits
from grader.exchange.intake.gather import NOTEBOOKS, content, members
from grader.exchange.intake.handed_in import Claim, Handed, NotTaken, ReceivedFile
from grader.exchange.intake.recognise import Recognition, Signs, recognise
from grader.exchange.intake.unpack import Archive, Archives, Refused

KEY_MOST = 255  # bytes: what file systems take
KEY_KEPT = 40  # characters of a name that is too long or already taken


class RankedAttempt(NamedTuple):
    """What was handed in, and its place among a student's attempts at an exercise."""

    handed: Handed
    rank: tuple[object, ...]


def settle(
    claims: Sequence[Claim],
    kind: str,
    signs: Signs,
    wanted: Sequence[str],
    globs: Sequence[str],
    keep: Path,
    archives: Archives,
) -> Iterator[RankedAttempt | NotTaken]:
    """Every attempt at a wanted exercise by a student whose key or name one of `globs` matches.

    Raises:
        GraderError: `keep` cannot be written.
    """
    keys = safe_keys(claims)
    for claim in claims:
        key = keys[claim.person]
        for part in _unzipped(claim, archives) if fits(globs, key, claim.name) else ():
            if isinstance(part, NotTaken):
                yield part
                continue
            try:
                attempt = _attempt(part, kind, signs, wanted, keep, key)
            except Refused as problem:
                yield NotTaken(part.received.shown, str(problem))
            else:
                if attempt.handed.slug in wanted:
                    yield attempt


def in_order(attempts: Iterable[RankedAttempt], slugs: Sequence[str]) -> Iterator[Handed]:
    """The attempts sorted by student, exercise and rank, and numbered in this order."""

    def group(attempt: RankedAttempt) -> tuple[str, int]:
        return attempt.handed.student, slugs.index(attempt.handed.slug)

    for _, same in groupby(sorted(attempts, key=lambda attempt: (group(attempt), attempt.rank)), group):
        order = -1
        for attempt in same:
            order = max(attempt.handed.order, order + 1)
            yield replace(attempt.handed, order=order)


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


def _attempt(
    claim: Claim, kind: str, signs: Signs, wanted: Sequence[str], keep: Path, key: str
) -> RankedAttempt:
    """Recognise the exercise; a file out of an archive is written below `keep`.

    Raises:
        Refused: it is for no exercise, for several, or cannot be read.
    """
    received, suffix = claim.received, Path(claim.file).suffix
    if suffix.lower() not in NOTEBOOKS:
        raise Refused(f"it is {received.odd or 'neither a notebook (.ipynb) nor a script (.py)'}")
    if received.path is not None and suffix.lower() == ".py" != suffix:
        raise Refused("its name must end in .py to be read as a script")
    data = None if received.path else content(received)
    exact = claim.slug or next(
        (slug for slug in signs.slugs if claim.file in (f"{slug}.ipynb", f"{slug}.py")), ""
    )
    opened = (None, "") if exact else _opened(received, data, suffix.lower())
    recognition = Recognition(exact, True, True) if exact else recognise(claim, *opened, signs)
    slug, digest = recognition.slug, hashlib.sha256(data or b"").hexdigest()[:12]
    path = received.path or keep / key / f"{slug}-{digest}{suffix.lower()}"
    if data is not None and slug in wanted:
        write_file(path, data)
    handed = Handed(
        key, slug, path, kind, claim.file, claim.number, recognition.recognised,
        submitted_at=claim.submitted_at, late=claim.late, name=claim.name, lms_id=claim.lms_id,
        email=claim.email,
    )  # fmt: skip
    return RankedAttempt(handed, _rank(claim, recognition))


def _opened(file: ReceivedFile, data: bytes | None, suffix: str) -> tuple[Notebook | None, str]:
    """The notebook, or why it cannot be read."""
    try:
        return notebook_in(content(file) if data is None else data, file.parts[-1]), ""
    except (Refused, UnreadableNotebook) as problem:
        return None, str(problem)


def _rank(claim: Claim, recognition: Recognition) -> tuple[object, ...]:
    """What puts attempts in order; docs/intake.md has the reasons."""
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
