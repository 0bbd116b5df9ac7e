"""The records of taking in: a file that was handed in, all that was found, and what lies between the two."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZipInfo

from grader.exchange.intake.unpack import Archive


@dataclass(frozen=True)
class Handed:
    """One file that somebody handed in.

    Attributes:
        student: the key: a safe name of a folder, of nobody else in this intake.
        path: the file as it was found, or its copy if it came out of an archive.
        kind: where it came from, one of `grader.exchange.SOURCES`.
        original: the name that the file had.
        submitted_at: UTC in ISO 8601 to the second, "" if nobody knows.
        late: the learning platform says so.
        name: of the person, if the source tells it; Canvas tells it squeezed ("doejane").
        lms_id: Canvas' number of the user, Moodle's of the participant, Gradescope's of the submission.
        order: of several attempts by one student for one exercise; later is higher.
        recognised: why it was taken for `slug` if its name did not say so: "defines MulGate, AddGate".
    """

    student: str
    slug: str
    path: Path
    kind: str
    original: str
    submitted_at: str = ""
    late: bool = False
    name: str = ""
    lms_id: str = ""
    email: str = ""
    order: int = 0
    recognised: str = ""


@dataclass(frozen=True)
class Intake:
    """Everything that was found.

    Attributes:
        why: how the kind was told: "12 of 12 files are named as Canvas names them".
        handed: sorted by student, exercise and attempt: every attempt; the last of a group is the one that
        counts.
        unknown: (file, why it was not taken), sorted.
    """

    kind: str
    why: str
    handed: tuple[Handed, ...]
    unknown: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the source, not yet opened.

    Attributes:
        parts: its path below the source, or within its archive.
        shown: what to call it in messages.
        container: the name of the archive or of the folder that it was found in, without ".zip".
        path: where it is, unless it is a member (`info`) of `archive`.
        odd: what it is instead of a regular file: "a link".
        closed: a folder that cannot be listed.
    """

    parts: tuple[str, ...]
    shown: str
    container: str = ""
    path: Path | None = None
    archive: Archive | None = None
    info: ZipInfo | None = None
    odd: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """A file and whose it is; for which exercise is not yet known.

    Attributes:
        person: identifies the student within the source; two of them never share a key.
        key: what the student would be called, if that is safe and nobody else's.
        file: the name that the student gave the file; `inside`: the student's own folders that it is in.
        number: the platform's running number of uploads; later is higher.
        slug: the exercise, if it is known without looking.
    """

    item: Item
    person: tuple[str, ...]
    key: str
    file: str
    inside: tuple[str, ...] = ()
    submitted_at: str = ""
    late: bool = False
    name: str = ""
    lms_id: str = ""
    email: str = ""
    number: int = 0
    slug: str = ""


@dataclass(frozen=True)
class Reading:
    """What the reader of a kind makes of the items: claims, and (file, why it is none)."""

    claims: list[Claim] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
