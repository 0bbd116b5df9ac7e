"""What a regrade changes: whose score, by how much and because of which test, against what was published or
known before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.core.grades import ClassGrades, Grade
from grader.core.report import Report, TestResult
from grader.core.text import points
from grader.term.gradebook import Gradebook
from grader.term.gradebook.attempts import RecordedVerdict, reports, verdicts
from grader.term.gradebook.published import published

Place = tuple[str, str]  # student, exercise
TINY = 1e-9


@dataclass(frozen=True)
class Change:
    """One student's score in one exercise, before and after; None is "no score".

    Attributes:
        why: sentences: the tests that judge otherwise, points that are others, what people and policies did.
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
        against: what the scores are compared with: `published`, or `previous`, the reports before the last
        ones.
        compared: how many scores were.
    """

    against: str
    changes: tuple[Change, ...]
    compared: int


def difference(book: Gradebook, grades: ClassGrades, against: str = "") -> Difference:
    """How today's grades differ from those that were exported last; if none were, from the reports before
    these.

    Args:
        against: `published` or `previous` to force one.
    """
    shown = published(book)
    against = against or ("published" if shown else "previous")
    every = {verdict.id: verdict for verdict in verdicts(book)}
    now = {(grade.student, grade.exercise): grade for grade in grades.grades()}
    names = {standing.person.id: standing.person.called for standing in grades.standings}
    if against == "published":
        old = {place: (one.score, one.report_id) for place, one in shown.items()}
    else:
        old = {place: (before.score, before.id) for place, before in _previous(now, every).items()}
    wanted = [number for _, number in old.values() if number is not None]
    documents = reports(book, wanted)
    changes = []
    for place, (score, number) in old.items():
        grade = now.get(place)
        after = (grade.score if against == "published" else _judged(grade)) if grade else None
        if not _same(score, after):
            why = tuple(_reasons(documents.get(number) if number else None, grade, against))
            changes.append(Change(place[0], names.get(place[0], place[0]), place[1], score, after, why))
    changes.sort(key=lambda change: (change.by, change.called.casefold(), change.student, change.exercise))
    return Difference(against, tuple(changes), len(old))


def _previous(now: dict[Place, Grade], every: dict[int, RecordedVerdict]) -> dict[Place, RecordedVerdict]:
    """The verdict on the same file before the one that counts, by another suite."""
    found: dict[Place, RecordedVerdict] = {}
    of_attempt: dict[int, list[RecordedVerdict]] = {}
    for verdict in every.values():
        of_attempt.setdefault(verdict.attempt, []).append(verdict)
    for place, grade in now.items():
        current = every.get(grade.verdict) if grade.verdict is not None else None
        if current is not None:
            before = [verdict for verdict in of_attempt[current.attempt] if verdict.id != current.id]
            if before:
                found[place] = before[-1]
    return found


def _judged(grade: Grade | None) -> float | None:
    return grade.report.score if grade and grade.report else None


def _same(before: float | None, after: float | None) -> bool:
    return before == after or (before is not None and after is not None and abs(before - after) < TINY)


def _reasons(before: Report | None, grade: Grade | None, against: str) -> Iterator[str]:
    if grade is None:
        yield "is not in the gradebook any more"
        return
    after = grade.report
    if before is None and after is not None:
        yield "handed in and judged since"
    elif after is not None and before is not None:
        if before.submission_sha256 != after.submission_sha256:
            yield "another file counts now"
        yield from _tests(_by_name(before), _by_name(after))
        if after.score is None:
            yield f"could not be judged again: {after.problem or 'a test broke'}"
    if against == "published":
        yield from (
            f"set by {one.by}: {one.comment or one.question or 'the whole exercise'}"
            for one in grade.overrides
        )
        if grade.note:
            yield grade.note


def _by_name(report: Report) -> dict[str, TestResult]:
    return {f"{question.name}: {test.name}": test for question in report.questions for test in question.tests}


def _tests(before: dict[str, TestResult], after: dict[str, TestResult]) -> Iterator[str]:
    for name in [*before, *(name for name in after if name not in before)]:
        old, new = before.get(name), after.get(name)
        if old is None and new is not None:
            yield f"{name} is new: {_earned(new)}"
        elif new is None and old is not None:
            yield f"{name} is gone: it gave {_earned(old)}"
        elif old is not None and new is not None and old.status != new.status:
            yield f"{name}: {_words(old)}, now {_words(new)} ({points(old.points)} → {points(new.points)})"
        elif old is not None and new is not None and abs(old.points - new.points) > TINY:
            yield f"{name}: {points(old.points)} → {points(new.points)} points"


def _earned(test: TestResult) -> str:
    return f"{_words(test)}, {points(test.points)} of {points(test.max_points)}"


def _words(test: TestResult) -> str:
    return test.status.replace("_", " ")


def tests_that_matter(changes: Sequence[Change]) -> list[tuple[str, int]]:
    """(reason, number of students), the most frequent first: which test it is that changes the scores."""
    count: dict[str, int] = {}
    for change in changes:
        for reason in change.why:
            count[reason] = count.get(reason, 0) + 1
    return sorted(count.items(), key=lambda item: (-item[1], item[0]))
