"""What was exported, when and by whom: the scores that others have seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

from sqlalchemy import select

from grader.core.grades import Grade
from grader.core.report import GradeStatus
from grader.term.gradebook.attempts import now
from grader.term.gradebook.book import Gradebook
from grader.term.gradebook.schema import PUBLISHED


@dataclass(frozen=True)
class Publication:
    """A score that was exported; `report_id` is the verdict that it rested on."""

    student: str
    exercise: str
    score: float | None
    max_score: float
    report_id: int | None
    at: str
    by: str
    format: str


def publish(book: Gradebook, grades: Iterable[Grade], by: str, format: str) -> None:
    """Remember that these scores were exported; ungraded and missing work has none."""
    at = now()
    graded = [grade for grade in grades if grade.status == GradeStatus.GRADED]
    rows = [
        asdict(Publication(g.student, g.exercise, g.score, g.max_score, g.verdict, at, by, format))
        for g in graded
    ]
    if rows:
        with book.transaction() as connection:
            connection.execute(PUBLISHED.insert(), rows)


def published(book: Gradebook) -> dict[tuple[str, str], Publication]:
    """(student, exercise) → what was exported last."""
    columns = (PUBLISHED.c[field.name] for field in fields(Publication))
    with book.transaction(reading=True) as connection:
        rows = connection.execute(select(*columns).order_by(PUBLISHED.c.id))
        return {(row.student, row.exercise): Publication(*row) for row in rows}
