"""Turn claims into submissions: the exercise, a safe key for the student, a file, the order of attempts."""

import calendar
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from grader.core.files import write_file
from grader.core.notebook import Notebook, UnreadableNotebook, is_script, notebook_in
from grader.core.students import fits
from grader.exchange.intake.gather import content, may_be_notebook, members, named_as_notebook
from grader.exchange.intake.handed_in import Claim, Handed, NotTaken, ReceivedFile, strength_of
from grader.exchange.intake.recognise import Recognition, Signs, recognise, stem_of
from grader.exchange.intake.unpack import Archive, Archives, Refused

KEY_MOST = 255  # bytes: what file systems take
NO_NOTEBOOK = "it is neither a notebook (.ipynb) nor a script (.py)"
KEY_KEPT = 40  # characters of a name that is too long or already taken


class RankedAttempt(NamedTuple):
    """What was handed in, and its place among a student's attempts at an exercise."""

    handed: Handed
    rank: tuple[object, ...]


def settle(
    claims: Sequence[Claim],
    keys: Mapping[tuple[str, ...], str],
    kind: str,
    signs: Signs,
    wanted: Sequence[str],
    globs: Sequence[str],
    keep: Path | None,
    archives: Archives,
) -> Iterator[RankedAttempt | NotTaken]:
    """Every attempt at a wanted exercise by a student whose key or name one of `globs` matches.

    Args:
        keys: see `safe_keys`.

    Raises:
        GraderError: `keep` cannot be written.
    """
    for claim in claims:
        key = keys[claim.person]
        for part in _unzipped(claim, archives) if fits(globs, key, claim.name) else ():
            if isinstance(part, NotTaken):
                yield part._replace(student=key)
                continue
            try:
                attempt = _attempt(part, kind, signs, wanted, keep, key)
            except Refused as problem:
                yield NotTaken(part.received.shown, str(problem), key)
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
    claim: Claim, kind: str, signs: Signs, wanted: Sequence[str], keep: Path | None, key: str
) -> RankedAttempt:
    """Recognise the exercise; a file out of an archive is written below `keep`.

    Raises:
        Refused: it is for no exercise, for several, or cannot be read.
    """
    received = claim.received
    if claim.refused:
        raise Refused(claim.refused)
    named = named_as_notebook(claim.file)
    if received.odd and not named:
        raise Refused(f"it is {received.odd}")
    if not named and not may_be_notebook(received):
        raise Refused(NO_NOTEBOOK)
    data, notebook, problem = _opened(claim)
    if notebook is None and not named:
        raise Refused(NO_NOTEBOOK)
    exact = claim.slug or (stem_of(claim.file) if problem and stem_of(claim.file) in signs.slugs else "")
    recognition = Recognition(exact, True, True) if exact else recognise(claim, notebook, problem, signs)
    slug, digest = recognition.slug, hashlib.sha256(data).hexdigest()[:12]
    suffix = ".py" if is_script(claim.file) else ".ipynb"
    path = received.path or (keep or Path()) / key / f"{slug}-{digest}{suffix}"
    if received.path is None and keep is not None and slug in wanted:
        write_file(path, data)
    hidden = any(part.startswith(".") for part in (*claim.inside, claim.file))
    worked = signs.worked(notebook, slug) if notebook else 0
    handed = Handed(
        key, slug, path, kind, claim.file, claim.number, recognition.recognised,
        strength_of(worked, recognition.misplaced, hidden), recognition.doubt,
        submitted_at=claim.submitted_at, late=claim.late, name=claim.name, lms_id=claim.lms_id,
        email=claim.email,
    )  # fmt: skip
    return RankedAttempt(handed, _rank(claim, recognition, handed.strength))


def _opened(claim: Claim) -> tuple[bytes, Notebook | None, str]:
    """A file's bytes, the notebook in it, or why it cannot be read.

    Raises:
        Refused: it is out of an archive and cannot be unpacked.
    """
    try:
        data = content(claim.received)
    except Refused as problem:
        if claim.received.path is None:
            raise
        return b"", None, str(problem)
    try:
        return data, notebook_in(data, claim.file), ""
    except UnreadableNotebook as problem:
        return data, None, str(problem)


def _rank(claim: Claim, recognition: Recognition, strength: int) -> tuple[object, ...]:
    """What puts attempts in order; docs/intake.md has the reasons."""
    in_place = not claim.inside or claim.inside[-1] == recognition.slug
    notebook = not is_script(claim.file)
    return (
        not claim.received.odd, strength, claim.submitted_at, in_place, recognition.named, notebook,
        claim.number, recognition.number, _changed(claim.received), recognition.exact, claim.received.shown,
    )  # fmt: skip


def _changed(file: ReceivedFile) -> float:
    """When the file was last changed, as its folder or archive has it."""
    try:
        if file.info is not None:
            return float(calendar.timegm((*file.info.date_time, 0, 0, 0)))
        return os.lstat(file.path).st_mtime if file.path is not None else 0.0
    except (OSError, ValueError):
        return 0.0
