"""Whose score a regrade changes, by how much, and because of which test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.core.grades import ClassGrades, Grade
from grader.core.report import Report, TestResult
from grader.core.text import points
from grader.term.gradebook import Gradebook
from grader.term.gradebook.attempts import RecordedVerdict, reports, verdicts
from grader.term.gradebook.published import published

Cell = tuple[str, str]  # student, exercise
TINY = 1e-9


@dataclass(frozen=True)
class Change:
    """One student's score in one exercise, before and after; None is "no score".

    Attributes:
        why: sentences: tests whose verdict changed, changed points, and what people and policies did.
    """

    student: str
    called: str
    exercise: str
    before: float | None
    after: float | None
    why: tuple[str, ...]

    @property
    def by(self) -> float:
        """How many points more."""
        return (self.after or 0.0) - (self.before or 0.0)


@dataclass(frozen=True)
class Difference:
    """All changes, the largest loss first.

    Attributes:
        against: what scores are compared with: `published`, or `previous`, the reports before the last ones.
        compared: how many scores were compared.
    """

    against: str
    changes: tuple[Change, ...]
    compared: int


def difference(book: Gradebook, grades: ClassGrades, against: str = "") -> Difference:
    """How today's grades differ from those exported last or, if none were, from the reports before these.

    Args:
        against: `published` or `previous` to choose.
    """
    exported = published(book)
    against = against or ("published" if exported else "previous")
    now = {(grade.student, grade.exercise): grade for grade in grades.grades()}
    names = {standing.person.id: standing.person.called for standing in grades.standings}
    old = (
        {cell: (known.score, known.report_id) for cell, known in exported.items()}
        if against == "published"
        else _previous(now, verdicts(book))
    )
    documents = reports(book, [number for _, number in old.values() if number is not None])
    changes = []
    for (student, exercise), (before, number) in old.items():
        grade = now.get((student, exercise))
        after = None if grade is None else grade.score if against == "published" else _judged(grade)
        if not _same(before, after):
            report = documents.get(number) if number else None
            why = tuple(_reasons(report, grade, against))
            changes.append(Change(student, names.get(student, student), exercise, before, after, why))
    changes.sort(key=lambda change: (change.by, change.called.casefold(), change.student, change.exercise))
    return Difference(against, tuple(changes), len(old))


def _previous(
    now: dict[Cell, Grade], every: Sequence[RecordedVerdict]
) -> dict[Cell, tuple[float | None, int | None]]:
    """(score, number) of the verdict on the same file before the one that counts, by another suite."""
    of_attempt: dict[int, list[RecordedVerdict]] = {}
    attempt_of = {verdict.id: verdict.attempt for verdict in every}
    for verdict in every:
        of_attempt.setdefault(verdict.attempt, []).append(verdict)
    before: dict[Cell, tuple[float | None, int | None]] = {}
    for cell, grade in now.items():
        if grade.verdict in attempt_of:
            others = [v for v in of_attempt[attempt_of[grade.verdict]] if v.id != grade.verdict]
            if others:
                before[cell] = others[-1].score, others[-1].id
    return before


def _judged(grade: Grade) -> float | None:
    return grade.report.score if grade.report else None


def _same(before: float | None, after: float | None) -> bool:
    return before == after or (before is not None and after is not None and abs(before - after) < TINY)


def _reasons(before: Report | None, grade: Grade | None, against: str) -> Iterator[str]:
    if grade is None:
        yield "is not in the gradebook any more"
        return
    after = grade.report
    if before is None and after is not None:
        yield "handed in and graded since"
    elif after is not None and before is not None:
        if before.submission_sha256 != after.submission_sha256:
            yield "another file counts now"
        yield from _changed_tests(_by_name(before), _by_name(after))
        if after.score is None:
            yield f"could not be graded again: {after.problem or 'a test broke'}"
    if against == "published":
        for override in grade.overrides:
            yield f"set by {override.by}: {override.comment or override.question or 'the whole exercise'}"
        if grade.note:
            yield grade.note


def _by_name(report: Report) -> dict[str, TestResult]:
    return {f"{question.name}: {test.name}": test for question in report.questions for test in question.tests}


def _changed_tests(before: dict[str, TestResult], after: dict[str, TestResult]) -> Iterator[str]:
    for name in before | after:
        old, new = before.get(name), after.get(name)
        if old is None and new is not None:
            yield f"{name} is new: {_earned(new)}"
        elif new is None and old is not None:
            yield f"{name} is gone: it gave {_earned(old)}"
        elif old is not None and new is not None:
            change = f"{points(old.points)} → {points(new.points)}"
            if old.status != new.status:
                yield f"{name}: {old.status.word}, now {new.status.word} ({change})"
            elif abs(old.points - new.points) > TINY:
                yield f"{name}: {change} points"


def _earned(test: TestResult) -> str:
    return f"{test.status.word}, {points(test.points)} of {points(test.max_points)}"


def tests_that_matter(changes: Sequence[Change]) -> list[tuple[str, int]]:
    """(reason, number of students), the most frequent first: which tests change the scores."""
    counts = Counter(reason for change in changes for reason in change.why)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
