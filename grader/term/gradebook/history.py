"""How one student's work on one exercise came to its score: every attempt with its verdicts, every decision."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from grader.core.course import Course
from grader.core.grades import Grade, Override
from grader.term.gradebook import Gradebook
from grader.term.gradebook.attempts import path_of, suite_key
from grader.term.gradebook.schema import ATTEMPTS, OVERRIDES, REPORTS, UNJUDGED

FIELDS = ("student", "exercise", "question", "score", "comment", "by", "at")


@dataclass(frozen=True)
class Judged:
    """A verdict on an attempt; `current` if it is by the suite as it is now, `score` None if the grader
    failed.
    """

    at: str
    score: float | None
    max_score: float
    current: bool


@dataclass(frozen=True)
class Tried:
    """One file that was handed in: when, what it was called, what it was found to be worth, whether it
    counts.
    """

    id: int
    submitted_at: str
    received_at: str
    path: str
    sha256: str
    verdicts: tuple[Judged, ...]
    counts: bool

    @property
    def open(self) -> bool:
        """Whether it has no verdict by the suite as it is now."""
        return not any(verdict.current and verdict.score is not None for verdict in self.verdicts)


def attempts_at(book: Gradebook, course: Course, grade: Grade) -> list[Tried]:
    """Every attempt, the last one first."""
    exercise = course.exercises.get(grade.exercise)
    key = suite_key(exercise, course.salt) if exercise else ""
    mine = (ATTEMPTS.c.student == grade.student) & (ATTEMPTS.c.exercise == grade.exercise)
    known = [REPORTS.c[name] for name in ("attempt_id", "id", "graded_at", "score", "max_score", "suite_key")]
    with book.transaction(reading=True) as connection:
        rows = list(connection.execute(select(ATTEMPTS).where(mine)))
        ids = [row.id for row in rows]
        judged = connection.execute(
            select(*known).where(REPORTS.c.attempt_id.in_(ids)).order_by(REPORTS.c.graded_at)
        ).all()
        failed = connection.execute(
            select(UNJUDGED.c.attempt_id, UNJUDGED.c.tried_at).where(UNJUDGED.c.attempt_id.in_(ids))
        )
        verdicts: dict[int, list[Judged]] = {}
        for row in judged:
            one = Judged(row.graded_at, row.score, row.max_score, row.suite_key == key)
            verdicts.setdefault(row.attempt_id, []).append(one)
        for attempt, at in failed:
            verdicts.setdefault(attempt, []).append(Judged(at, None, 0.0, True))
    counting = {row.attempt_id for row in judged if row.id == grade.verdict}
    rows.sort(key=lambda row: (row.submitted_at or row.received_at, row.place, row.id), reverse=True)
    return [
        Tried(
            row.id, row.submitted_at, row.received_at, str(path_of(row.path)), row.submission_sha256,
            tuple(reversed(verdicts.get(row.id, []))), row.id in counting or (not counting and len(rows) == 1),
        )
        for row in rows
    ]  # fmt: skip


def decisions_on(book: Gradebook, student: str, exercise: str) -> list[Override]:
    """Every decision that was ever made, the last one first; one without score and comment took those before
    it back.
    """
    mine = (OVERRIDES.c.student == student) & (OVERRIDES.c.exercise == exercise)
    query = select(*(OVERRIDES.c[name] for name in FIELDS)).where(mine).order_by(OVERRIDES.c.id.desc())
    with book.transaction(reading=True) as connection:
        return [Override(*row) for row in connection.execute(query)]


def to_judge_again(tried: list[Tried]) -> list[int]:
    """The attempt that counts, and those that are open; if there are none of either, the last one."""
    wanted = [one.id for one in tried if one.counts or one.open]
    return wanted or [one.id for one in tried[:1]]
