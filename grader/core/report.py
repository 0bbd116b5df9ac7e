"""The report: one flat, versioned record per notebook; every other output is made from it."""

from copy import deepcopy
from dataclasses import dataclass, field, replace
from enum import StrEnum
from sys import intern
from typing import TypedDict

from msgspec import convert

from grader.core.room import ERRORS, ERRORS_KEPT, MESSAGES, Room, json_size

SCHEMA_VERSION = 1
SELDOM = ("origin", "line")  # fields that are left out of the JSON form where they say nothing
LEFT_OUT = "What this test found is left out here: there is too much of it in this report."
MORE_ERRORS = "Left out here, as for {} cells after it: there is too much of it in this report."


class Status(StrEnum):
    """How a test, a question or a cell ended, and how that looks.

    Attributes:
        sign: one character for it, since a colour never stands alone.
        tone: the kind of colour: good, mid, bad, low, none or open.
    """

    PASSED = "passed", "✓", "good"
    FAILED = "failed", "✗", "bad"
    CRASHED = "crashed", "!", "bad"
    TIMED_OUT = "timed_out", "…", "low"
    OUT_OF_MEMORY = "out_of_memory", "!", "low"
    NOT_RUN = "not_run", "⊘", "mid"
    NOT_ATTEMPTED = "not_attempted", "–", "none"
    SKIPPED = "skipped", "–", "none"
    FORBIDDEN = "forbidden", "✗", "low"
    UNGRADED = "ungraded", "?", "open"

    sign: str
    tone: str

    def __new__(cls, value: str, sign: str = "", tone: str = "") -> "Status":
        status = str.__new__(cls, value)
        status._value_, status.sign, status.tone = value, sign, tone
        return status

    @property
    def word(self) -> str:
        """The status as people say it."""
        return self.value.replace("_", " ")

    @property
    def unsuccessful(self) -> bool:
        """Whether an answer was given that did not pass, so that there is something to explain."""
        return self not in (Status.PASSED, Status.NOT_ATTEMPTED)


class GradeStatus(StrEnum):
    """Whether there is a score; a report is graded or ungraded, a grade may also be missing."""

    GRADED = "graded"
    UNGRADED = "ungraded"
    MISSING = "missing"

    @classmethod
    def of(cls, score: float | None) -> "GradeStatus":
        """The status of what was handed in and has this score."""
        return cls.UNGRADED if score is None else cls.GRADED


class SandboxInfo(TypedDict, total=False):
    """The sandbox that a notebook ran in, and its limits; empty if it was never started."""

    rung: str
    limits: dict[str, int | float]


class Timings(TypedDict, total=False):
    """Seconds for the submission, for the first run of the cells, and of CPU; empty if nothing was run."""

    total_s: float
    cells_s: float
    worker_cpu_s: float


@dataclass(frozen=True)
class TestResult:
    """One hidden test: `message` is what the student reads, `diagnosis` the mistake it looks like.

    Attributes:
        origin: of a test that was not run, the first cause, in the same words for everything that it stopped.
    """

    name: str
    status: Status
    points: float
    max_points: float
    summary: str
    message: str = ""
    diagnosis: str = ""
    origin: str = ""

    def __post_init__(self) -> None:
        for field_name in (
            "name",
            "summary",
            "diagnosis",
            "origin",
        ):  # the same for a whole class, so kept once
            object.__setattr__(self, field_name, intern(getattr(self, field_name)))

    @property
    def explanation(self) -> str:
        """The message, the first cause, and the mistake it looks like, a line each."""
        origin = f"The first cause: {self.origin}" if self.origin else ""
        lines = (self.message, origin, f"This looks like: {self.diagnosis}" if self.diagnosis else "")
        return "\n".join(filter(None, lines))


@dataclass(frozen=True)
class QuestionResult:
    """One question; its points are earned by its tests. `score` is None while a test of it is ungraded."""

    name: str
    score: float | None
    max_score: float
    status: Status
    tests: tuple[TestResult, ...]

    @property
    def diagnoses(self) -> list[str]:
        """The mistakes that the answer looks like, each once, in the order of the tests."""
        return list(dict.fromkeys(test.diagnosis for test in self.tests if test.diagnosis))


@dataclass(frozen=True)
class CellResult:
    """One code cell, counted from 1 as in Jupyter's `In [n]`.

    Attributes:
        missing: what it imports and is not installed: a module, or `module:name` if only the name is missing.
        line: the line in which it stopped; None if it did not, or that is not known.
        origin: the first cause of its error, if that is not in this cell.
    """

    index: int
    status: Status
    error: str | None = None
    missing: tuple[str, ...] = ()
    line: int | None = None
    origin: str = ""


@dataclass(frozen=True)
class Report:
    """Everything known about one student's notebook; identical from run to run outside `timings`.

    What a notebook can make long is cut, see `grader.core.room`: messages first, then errors of cells.
    """

    student: str
    exercise: str
    score: float | None
    max_score: float
    status: GradeStatus
    questions: tuple[QuestionResult, ...] = ()
    cells: tuple[CellResult, ...] = ()
    problem: str | None = None
    sandbox: SandboxInfo = field(default_factory=SandboxInfo)
    seed: str = ""
    submission_sha256: str = ""
    suite_sha256: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    timings: Timings = field(default_factory=Timings)
    schema_version: int = SCHEMA_VERSION

    def __post_init__(self) -> None:
        room = Room(MESSAGES)
        questions = tuple(
            replace(question, tests=tuple(_fitting(test, room) for test in question.tests))
            for question in self.questions
        )
        if questions != self.questions:
            object.__setattr__(self, "questions", questions)
        if (cells := _fitting_cells(self.cells)) != self.cells:
            object.__setattr__(self, "cells", cells)

    def as_dict(self) -> dict[str, object]:
        """The JSON form, as `docs/report.md` describes it."""
        return {
            "schema_version": self.schema_version,
            **_plain(self),
            "questions": [
                {**_plain(question), "tests": [_plain(test) for test in question.tests]}
                for question in self.questions
            ],
            "cells": [_plain(cell) for cell in self.cells],
            **deepcopy({name: vars(self)[name] for name in ("sandbox", "environment", "timings")}),
        }


def _fitting(test: TestResult, room: Room) -> TestResult:
    """The test, without its message and diagnosis if there is no room for them."""
    if test.message in ("", LEFT_OUT) or room.takes(json_size(test.message + test.diagnosis + test.origin)):
        return test
    return replace(test, message=LEFT_OUT, diagnosis="", origin="")


def _fitting_cells(cells: tuple[CellResult, ...]) -> tuple[CellResult, ...]:
    """The cells, of which the first say what went wrong, and one after them that the rest is left out."""
    broken = [number for number, cell in enumerate(cells) if cell.error or cell.missing]
    room, kept = Room(ERRORS), 0
    for number in broken[: ERRORS_KEPT + 1]:
        error, others_said = cells[number].error or "", [*cells[number].missing, cells[number].origin]
        if not error.startswith(MORE_ERRORS[:20]) and not room.takes(json_size([error, *others_said])):
            break
        kept += 1
    if kept == len(broken):
        return cells
    first, *others = broken[min(kept, ERRORS_KEPT) :]
    words = {first: MORE_ERRORS.format(len(others)), **dict.fromkeys(others)}
    return tuple(
        replace(cell, error=words[number], missing=(), origin="") if number in words else cell
        for number, cell in enumerate(cells)
    )


def _plain(record: TestResult | QuestionResult | CellResult | Report) -> dict[str, object]:
    fields = {**vars(record), "status": str(record.status)}
    return {name: value for name, value in fields.items() if name not in SELDOM or value}


def report_from(data: object) -> Report:
    """A report from its JSON form.

    Raises:
        msgspec.ValidationError: it is not one.
    """
    return convert(data, Report)
