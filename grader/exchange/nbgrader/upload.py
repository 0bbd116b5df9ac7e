"""The CSV file that nbgrader's own export writes: the same columns, in the same order."""

from grader.core.grades import ClassGrades, Column, Grade
from grader.core.points import points
from grader.core.report import GradeStatus
from grader.core.safe_text import csv_cell, utf8
from grader.core.students import Person
from grader.exchange.common_parts import last_and_first, utc_time
from grader.exchange.export import Exported, Options

COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score",
)  # fmt: skip


def nbgrader(grades: ClassGrades, columns: tuple[Column, ...], options: Options) -> Exported:
    """A row for every assignment and student; nothing handed in is 0 as in nbgrader, ungraded is empty.

    nbgrader quotes no field, so what would need quotes is changed: a comma in a name becomes a space.
    """
    rows = [
        _row(column, standing.person, standing.grades[column.slug])
        for column in columns
        for standing in grades.standings
    ]
    return Exported(utf8("".join(f"{','.join(row)}\n" for row in (COLUMNS, *rows))))


def _row(column: Column, person: Person, grade: Grade) -> list[str]:
    raw = grade.score if grade.raw is None else grade.raw
    scores: list[float | None] = [raw, grade.penalty, grade.score] if grade.score is not None else [None] * 3
    if grade.status == GradeStatus.MISSING:
        scores = [0.0] * 3
    last, first = last_and_first(person)
    time = utc_time(grade.submitted_at)
    texts = (column.slug, "", str(time or grade.submitted_at), person.id, last, first, person.email)
    return [*map(_unquoted, texts), *(points(score, "") for score in scores), points(column.points)]


def _unquoted(text: str) -> str:
    return csv_cell(" ".join(text.replace(",", " ").replace('"', "'").split()))
