"""Grades: the records that every page, table, export and comparison of a class is made from."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from grader.core.report import GradeStatus, QuestionResult, Report
from grader.core.students import Person


class NotTaken(NamedTuple):
    """A file that was handed in and not taken, why, and by whom; "" if that is not known."""

    file: str
    why: str
    student: str = ""


@dataclass(frozen=True)
class Override:
    """A score that a person set, of one question, or of the whole exercise if `question` is "".

    Without a score it is only a comment. `at` is UTC in ISO 8601.
    """

    student: str
    exercise: str
    question: str
    score: float | None
    comment: str
    by: str
    at: str


@dataclass(frozen=True)
class Ruling:
    """What was decided on a question for the whole class, for example after a test was found to be wrong.

    Attributes:
        kind: "void", it counts for nobody; "given", everybody who handed in the exercise has all its points;
            "", earlier rulings on it are taken back.
        at: UTC in ISO 8601.
    """

    exercise: str
    question: str
    kind: str
    reason: str
    by: str
    at: str

    @property
    def sentence(self) -> str:
        """What it means and why."""
        what = "does not count for anybody" if self.kind == "void" else "is given to everybody"
        return f"this question {what}: {self.reason}"


@dataclass(frozen=True, kw_only=True)
class CountedScore:
    """What the policies make of a student's work at one exercise.

    Attributes:
        score: the points that count, after overrides and penalty; None if nothing was handed in, or while an
            attempt that could count is ungraded.
        raw: of the attempt that counts, after the overrides of questions and before the penalty; None if
            there is none or it is ungraded.
        penalty: points taken for lateness.
        days_late: begun days after the student's deadline; `grace_days` of them are forgiven.
        note: a sentence on lateness and on being dropped, or "".
        dropped: left out of the total, for everyone or as one of the student's lowest.
        untimed: counted as in time, since nothing says when it was handed in and there is a deadline.
    """

    score: float | None = None
    raw: float | None = None
    penalty: float = 0.0
    days_late: int = 0
    grace_days: int = 0
    note: str = ""
    dropped: bool = False
    untimed: bool = False


@dataclass(frozen=True)
class Grade(CountedScore):
    """What one student has for one exercise.

    Attributes:
        status: graded; ungraded (not judged yet, or our failure); or missing (nothing handed in).
        report: of the attempt that counts, without overrides.
        path: the notebook of that attempt.
        submitted_at: UTC in ISO 8601, "" if unknown.
        attempts: how many different files were handed in.
        recognised: why this file was taken for the exercise, if its name does not say so.
        participant: Moodle's number of the student within this assignment.
        verdict: number of the report in the gradebook.
    """

    student: str
    exercise: str
    status: GradeStatus
    max_score: float
    report: Report | None = None
    path: Path | None = None
    submitted_at: str = ""
    attempts: int = 0
    recognised: str = ""
    participant: str = ""
    overrides: tuple[Override, ...] = ()
    verdict: int | None = None

    @property
    def questions(self) -> tuple[QuestionResult, ...]:
        """Those of the report, without overrides; none without a report."""
        return self.report.questions if self.report else ()

    @property
    def on_time(self) -> str:
        """A sentence if it is not known whether it is, or ""."""
        return "time unknown: counted as in time" if self.untimed else ""

    @property
    def set_by_hand(self) -> bool:
        """Whether a person has set the score, of a question or of the whole exercise."""
        return any(override.score is not None for override in self.overrides)

    @property
    def override(self) -> Override | None:
        """The override of the exercise's score as a whole."""
        return self.overridden("")

    @property
    def comments(self) -> tuple[Override, ...]:
        """What people wrote, the whole exercise first."""
        written = (override for override in self.overrides if override.comment)
        return tuple(sorted(written, key=lambda override: override.question != ""))

    def overridden(self, question: str) -> Override | None:
        """The override of one question's score."""
        scores = (override for override in self.overrides if override.score is not None)
        return next((override for override in scores if override.question == question), None)

    def question_scores(self) -> list[tuple[QuestionResult, float | None]]:
        """Every question with the score that it has after overrides."""
        return [
            (question, override.score if (override := self.overridden(question.name)) else question.score)
            for question in self.questions
        ]


def grade_of(report: Report) -> Grade:
    """The grade that a report gives, without any policy or override."""
    status, score = GradeStatus.of(report.score), report.score
    return Grade(
        report.student, report.exercise, status, report.max_score, report, score=score, raw=score, attempts=1
    )


@dataclass(frozen=True)
class Column:
    """An exercise of the class and its points; `weight` is its share in the total, None without weights."""

    slug: str
    title: str
    points: float
    weight: float | None = None


@dataclass(frozen=True)
class Standing:
    """A student's row, with a grade for every column; `total` is None while a grade that counts is ungraded.

    Without weights `total` and `max_total` are points; with weights `max_total` is 100 and `total` a
    percentage.
    """

    person: Person
    grades: dict[str, Grade]
    total: float | None
    max_total: float


@dataclass(frozen=True)
class ClassGrades:
    """The whole class: columns in the order of the course, standings sorted by name.

    Attributes:
        roster: whether there is one; then `Person.enrolled` tells who is on it.
        not_taken: what was handed in and not taken.
    """

    columns: tuple[Column, ...]
    standings: tuple[Standing, ...]
    roster: bool = False
    weighted: bool = False
    not_taken: tuple[NotTaken, ...] = ()

    @property
    def sandbox(self) -> str:
        """The sandbox that most of the reports were made in, "" without reports."""
        rungs = Counter(grade.report.sandbox.get("rung", "") for grade in self.grades() if grade.report)
        return rungs.most_common(1)[0][0] if rungs else ""

    def grades(self) -> list[Grade]:
        """Every grade, row by row."""
        return [standing.grades[column.slug] for standing in self.standings for column in self.columns]
