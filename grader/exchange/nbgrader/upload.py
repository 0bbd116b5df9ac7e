"""The CSV file that nbgrader's own export writes: the same columns, in the same order."""

from __future__ import annotations

from datetime import UTC, datetime

from grader.core.grades import ClassGrades, Column, Grade, Person
from grader.core.report import GradeStatus
from grader.core.text import csv_cell, points, utf8
from grader.exchange.export import Exported, Options, chosen, ungraded

COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score",
)  # fmt: skip


def nbgrader(grades: ClassGrades, exercise: str | None, template: bytes | None, options: Options) -> Exported:
    """A row for every assignment and student; nothing handed in is 0 as in nbgrader, ungraded is an empty
    score.

    nbgrader quotes no field, so what would need quotes is changed: a comma in a name becomes a space.
    """
    columns = chosen(grades, exercise)
    lines = [",".join(COLUMNS)]
    for column in columns:
        for standing in grades.standings:
            lines.append(",".join(_row(column, standing.person, standing.grades[column.slug])))
    content = utf8("".join(f"{line}\n" for line in lines))
    return Exported(content, tuple(ungraded(grades, columns, "its scores are empty")))


def _row(column: Column, person: Person, grade: Grade) -> list[str]:
    last, first = _names(person)
    if grade.status == GradeStatus.MISSING:
        scores = ["0", "0", "0"]
    elif grade.score is None:
        scores = ["", "", ""]
    else:
        scores = [
            points(grade.raw if grade.raw is not None else grade.score),
            points(grade.penalty),
            points(grade.score),
        ]
    texts = (column.slug, "", _timestamp(grade.submitted_at), person.id, last, first, person.email)
    return [*(_unquoted(text) for text in texts), *scores, points(column.points)]


def _names(person: Person) -> tuple[str, str]:
    """Last and first name; a name of one word is a last name."""
    if "," in person.sortable:
        last, _, first = person.sortable.partition(",")
        return last, first
    first, _, last = person.called.rpartition(" ")
    return last, first


def _timestamp(at: str) -> str:
    """`2026-01-31 14:58:23` in UTC, as nbgrader has it; what is no time stays as it is."""
    try:
        time = datetime.fromisoformat(at)
    except ValueError:
        return at
    return str(time.astimezone(UTC).replace(tzinfo=None)) if time.tzinfo else str(time)


def _unquoted(text: str) -> str:
    return csv_cell(" ".join(text.replace(",", " ").replace('"', "'").split()))
