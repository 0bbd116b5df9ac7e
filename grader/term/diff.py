"""Whose score a regrade changes, by how much, and because of which test."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.core.grades import ClassGrades, Grade, Override
from grader.core.points import points
from grader.core.report import Report, TestResult
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
    old = exported if against == "published" else _previous(now, verdicts(book))
    documents = reports(book, [number for _, number in old.values() if number is not None])
    changes = []
    for (student, exercise), (before, number) in old.items():
        grade = now.get((student, exercise))
        judged = grade.report.score if grade and grade.report else None
        after = grade.score if grade and against == "published" else judged
        if not _same(before, after):
            report = documents.get(number) if number else None
            why = tuple(_reasons(report, grade, against))
            changes.append(Change(student, names.get(student, student), exercise, before, after, why))
    changes.sort(key=lambda change: (change.by, change.called.casefold(), change.student, change.exercise))
    return Difference(against, tuple(changes), len(old))


def _previous(
    now: dict[Cell, Grade], every: Sequence[RecordedVerdict]
) -> dict[Cell, tuple[float | None, int | None]]:
    """(score, number) of the last verdict on the same file except the one that counts, by another suite."""
    counting = {grade.verdict: cell for cell, grade in now.items()}
    cells = {verdict.attempt: counting[verdict.id] for verdict in every if verdict.id in counting}
    others = [verdict for verdict in every if verdict.attempt in cells and verdict.id not in counting]
    return {cells[verdict.attempt]: (verdict.score, verdict.id) for verdict in others}


def _same(before: float | None, after: float | None) -> bool:
    return before == after or (before is not None and after is not None and abs(before - after) < TINY)


def _reasons(before: Report | None, grade: Grade | None, against: str) -> Iterator[str]:
    if grade is None:
        yield "is not in the gradebook any more"
        return
    after = grade.report
    if after and not before:
        yield "handed in and graded since"
    elif after and before:
        if before.submission_sha256 != after.submission_sha256:
            yield "another file counts now"
        yield from _changed_tests(before, after)
        if after.score is None:
            yield f"could not be graded again: {after.problem or 'a test broke'}"
    if against == "published":
        for override in grade.overrides:
            yield _decided(override)
        if grade.note:
            yield grade.note


def _decided(override: Override) -> str:
    about = override.question or "the whole exercise"
    if override.score is None:
        return f"{about}: {override.comment} ({override.by})"
    return f"set by {override.by}: {override.comment or about}"


def _changed_tests(*reports: Report) -> Iterator[str]:
    before, after = (
        {f"{question.name}: {test.name}": test for question in report.questions for test in question.tests}
        for report in reports
    )
    for name, test in (before | after).items():
        old, new = before.get(name, test), after.get(name, test)
        change = f"{points(old.points)} → {points(new.points)}"
        if name not in before:
            yield f"{name} is new: {_earned(new)}"
        elif name not in after:
            yield f"{name} is gone: it gave {_earned(old)}"
        elif old.status != new.status:
            yield f"{name}: {old.status.word}, now {new.status.word} ({change})"
        elif abs(old.points - new.points) > TINY:
            yield f"{name}: {change} points"


def _earned(test: TestResult) -> str:
    return f"{test.status.word}, {points(test.points)} of {points(test.max_points)}"


def tests_that_matter(changes: Sequence[Change]) -> list[tuple[str, int]]:
    """(reason, number of students), the most frequent first: which tests change the scores."""
    counts = Counter(reason for change in changes for reason in change.why)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
