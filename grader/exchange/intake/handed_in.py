"""The records of intake: a file that was received, whose it is, and what was handed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZipInfo

from grader.core.grades import NotTaken as NotTaken
from grader.exchange.intake.unpack import Archive

STRONGEST = 11  # what `strength_of` gives a visible file with answers that is named after its exercise


@dataclass(frozen=True, kw_only=True, slots=True)
class UploadFacts:
    """What a source says of a file, besides whose it is.

    Attributes:
        submitted_at: UTC in ISO 8601 to the second, "" if unknown.
        late: the learning platform says so.
        name: of the person, if the source gives it; Canvas gives it squeezed ("doejane").
        lms_id: Canvas's number of the user, Moodle's of the participant, Gradescope's of the submission.
    """

    submitted_at: str = ""
    late: bool = False
    name: str = ""
    lms_id: str = ""
    email: str = ""


@dataclass(frozen=True)
class Handed(UploadFacts):
    """One file that somebody handed in.

    Attributes:
        student: the key: a safe folder name that no other student in this intake has.
        path: the file where it was found, or its copy if it came out of an archive.
        kind: where it came from, one of `grader.exchange.SOURCES`.
        original: the name that the file had.
        order: among one student's attempts at one exercise; later is higher.
        recognised: why it was taken for `slug` if its name did not say so: "defines MulGate, AddGate".
        strength: see `strength_of`; of a student's attempts at an exercise only the strongest count.
        doubt: why it must not be graded before a person has looked; "" if it is certain.
    """

    student: str
    slug: str
    path: Path
    kind: str
    original: str
    order: int = 0
    recognised: str = ""
    strength: int = STRONGEST
    doubt: str = ""


def strength_of(worked: int, misplaced: bool, hidden: bool) -> int:
    """How surely a file is an attempt: by its answers, then by its name, then by whether it is visible.

    Args:
        worked: 2 for a file with answers, 1 for one that is only changed, 0 for one as it was handed out or
            that cannot be read.
    """
    return 4 * worked + 2 * (not misplaced) + (not hidden)


@dataclass(frozen=True)
class Intake:
    """Everything that was found.

    Attributes:
        why: how the kind was told: "12 of 12 files are named as Canvas names them".
        handed: every attempt, sorted by student, exercise and order; the last of each group counts.
        unknown: what was not taken, sorted; each with the student's key, if that is known.
        people: key → what the source says of a student.
    """

    kind: str
    why: str
    handed: tuple[Handed, ...]
    unknown: tuple[NotTaken, ...]
    people: Mapping[str, UploadFacts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file of the source, not yet opened.

    Attributes:
        parts: its path below the source, or within its archive.
        shown: what to call it in messages.
        container: the name of the archive or folder that it was found in, without ".zip".
        path: where it is, unless it is a member (`info`) of `archive`.
        odd: what it is if it is not a regular file: "a link".
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
class Claim(UploadFacts):
    """A file and whose it is; which exercise it is for is not known yet.

    Attributes:
        person: identifies the student within the source; two of them never share a key.
        key: what the student will be called, if that is safe and not taken.
        file: the name that the student gave the file; `inside`: the student's own folders around it.
        number: the platform's running number of uploads; later is higher.
        slug: the exercise, if it is known without looking.
        refused: why it is not taken, if that is known without looking.
    """

    received: ReceivedFile
    person: tuple[str, ...]
    key: str
    file: str
    inside: tuple[str, ...] = ()
    number: int = 0
    slug: str = ""
    refused: str = ""
