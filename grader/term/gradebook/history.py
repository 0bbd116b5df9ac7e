"""How scores came about: a student's attempts with their verdicts, and how far a batch has got."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from grader.core.course import Course
from grader.core.grades import Grade
from grader.engine.verdict_key import verdict_keys
from grader.term.gradebook.attempts import attempts, now, path_of, verdicts
from grader.term.gradebook.book import Gradebook
from grader.term.gradebook.schema import ABOUT, ATTEMPTS, OVERRIDES, REPORTS, RULINGS, STUDENTS, UNJUDGED

WHO = ("name", "sortable", "email", "section")


@dataclass(frozen=True)
class PastVerdict:
    """A verdict on an attempt: `current` if by the suite as it is now, `score` None if the grader failed."""

    at: str
    score: float | None
    max_score: float
    current: bool


@dataclass(frozen=True)
class PastAttempt:
    """One file that was handed in: when, where it is, its verdicts (the last first), whether it counts."""

    id: int
    submitted_at: str
    received_at: str
    path: str
    sha256: str
    verdicts: tuple[PastVerdict, ...]
    counts: bool

    @property
    def open(self) -> bool:
        """Whether it has no verdict by the suite as it is now."""
        return not any(verdict.current and verdict.score is not None for verdict in self.verdicts)


def attempts_at(book: Gradebook, course: Course, grade: Grade) -> list[PastAttempt]:
    """Every attempt of the student at the exercise of `grade`, the last one first."""
    key = verdict_keys(course).get(grade.exercise)
    mine = attempts(book, grade.student, grade.exercise)
    mine.sort(key=lambda attempt: attempt.order, reverse=True)
    judged: dict[int, list[PastVerdict]] = {
        attempt.id: [PastVerdict(attempt.failed_at, None, 0.0, True)] if attempt.failed_at else []
        for attempt in mine
    }
    known = verdicts(book, list(judged))
    for verdict in reversed(known):
        judged[verdict.attempt].append(
            PastVerdict(verdict.graded_at, verdict.score, verdict.max_score, verdict.suite_key == key)
        )
    counting = {verdict.attempt for verdict in known if verdict.id == grade.verdict}
    return [
        PastAttempt(
            attempt.id, attempt.received.submitted_at, attempt.received_at,
            str(path_of(attempt.received.path)), attempt.received.key.submission_sha256,
            tuple(judged[attempt.id]),
            counts=attempt.id in counting or (not counting and len(mine) == 1),
        )
        for attempt in mine
    ]  # fmt: skip


def to_judge_again(history: Sequence[PastAttempt]) -> list[int]:
    """The attempt that counts, and those that are open; if there are none of either, the last one."""
    wanted = [attempt.id for attempt in history if attempt.counts or attempt.open]
    return wanted or [attempt.id for attempt in history[:1]]


def batch_progress(book: Gradebook, course: Course) -> tuple[str, int, int]:
    """When the last `grader grade` began, how many of its submissions are done, and how many there are.

    Several attempts by one student at one exercise count as one.
    """
    keys = verdict_keys(course)
    key = (ATTEMPTS.c.student, ATTEMPTS.c.exercise)
    with book.transaction(reading=True) as connection:
        begun = str(connection.execute(select(func.max(ATTEMPTS.c.received_at))).scalar_one_or_none() or "")
        given = ATTEMPTS.c.received_at == begun
        total = len(connection.execute(select(*key).where(given).distinct()).all())
        judged = select(*key, REPORTS.c.suite_key).join(REPORTS, REPORTS.c.attempt_id == ATTEMPTS.c.id)
        failed = select(*key).join(UNJUDGED, UNJUDGED.c.attempt_id == ATTEMPTS.c.id)
        done = {(s, e) for s, e, suite in connection.execute(judged.where(given)) if keys.get(e) == suite}
        done.update(map(tuple, connection.execute(failed.where(given & (UNJUDGED.c.tried_at >= begun)))))
    return begun, len(done), total


def fingerprint(book: Gradebook) -> tuple[object, ...]:
    """A fingerprint that changes whenever the gradebook does."""
    lengths = [func.sum(func.length(STUDENTS.c[name])) for name in WHO]
    queries = (
        select(
            func.max(REPORTS.c.graded_at), func.count(), func.max(REPORTS.c.id), func.sum(REPORTS.c.score)
        ),
        select(
            func.max(ATTEMPTS.c.received_at),
            func.count(),
            func.max(ATTEMPTS.c.id),
            func.max(ATTEMPTS.c.student),
        ),
        select(func.max(UNJUDGED.c.tried_at), func.count(), func.sum(UNJUDGED.c.attempt_id)),
        select(func.count(), func.sum(STUDENTS.c.enrolled), *lengths),
        select(func.max(OVERRIDES.c.id)),
        select(func.max(RULINGS.c.id)),
        select(ABOUT.c.value),
    )
    with book.transaction(reading=True) as connection:
        rows = [tuple(tuple(row) for row in connection.execute(query)) for query in queries]
    second = now()
    # A second change within the newest second shows when that second is over.
    return (*rows, second if second in {str(stamps[0][0]) for stamps in rows[:3]} else "")
