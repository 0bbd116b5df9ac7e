"""What was exported, when and by whom: the scores that others have seen."""

from collections.abc import Iterable

from sqlalchemy import select

from grader.core.grades import Grade
from grader.core.report import GradeStatus
from grader.term.gradebook.attempts import now
from grader.term.gradebook.book import Gradebook
from grader.term.gradebook.schema import PUBLISHED


def publish(book: Gradebook, grades: Iterable[Grade], by: str, format: str) -> None:
    """Remember that these scores were exported; ungraded and missing work has none."""
    export = {"at": now(), "by": by, "format": format}
    rows = [
        {
            "student": grade.student, "exercise": grade.exercise, "score": grade.score,
            "max_score": grade.max_score, "report_id": grade.verdict, **export,
        }
        for grade in grades if grade.status == GradeStatus.GRADED
    ]  # fmt: skip
    if rows:
        with book.transaction() as connection:
            connection.execute(PUBLISHED.insert(), rows)


def published(book: Gradebook) -> dict[tuple[str, str], tuple[float | None, int | None]]:
    """(student, exercise) → the score that was exported last, and the number of the verdict it rested on."""
    columns = (PUBLISHED.c[name] for name in ("student", "exercise", "score", "report_id"))
    rows = book.rows(select(*columns).order_by(PUBLISHED.c.id))
    return {(student, exercise): (score, verdict) for student, exercise, score, verdict in rows}
