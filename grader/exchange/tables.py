"""The class as tables of our own: a row a student, or a row a question; CSV for people, Parquet for programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from grader.core.grades import ClassGrades, Column, Grade, Person
from grader.core.text import csv_cell, encodable, points, utf8
from grader.exchange.export import (
    Exported,
    Options,
    chosen,
    missing,
    status_words,
    ungraded,
)

# name → type of the long table; every one may be empty but the first and the exercise's three
LONG = {
    "student": str, "name": str, "email": str, "section": str, "exercise": str, "question": str, "status": str,
    "question_status": str, "score": float, "max_score": float, "diagnosis": str, "override": float, "comment": str,
    "exercise_score": float, "exercise_max_score": float, "penalty": float, "days_late": int, "submitted_at": str,
}  # fmt: skip


def csv_table(
    grades: ClassGrades, exercise: str | None, template: bytes | None, options: Options
) -> Exported:
    """`grades.csv`: points that are numbers or empty, and the status of each notebook in columns of their
    own.
    """
    columns = chosen(grades, exercise)
    rows = (
        _long_cells(grades, columns) if options.questions else _wide_cells(grades, columns, exercise is None)
    )
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    left_out = [*ungraded(grades, columns, "score left empty"), *missing(grades, columns, "score left empty")]
    return Exported(utf8(out.getvalue()), tuple(left_out))


def parquet(grades: ClassGrades, exercise: str | None, template: bytes | None, options: Options) -> Exported:
    """The long table as a Parquet file; text is as it was written, so escape it where you show it."""
    pyarrow, files = import_module("pyarrow"), import_module("pyarrow.parquet")
    columns = chosen(grades, exercise)
    kinds = {str: pyarrow.string(), float: pyarrow.float64(), int: pyarrow.int64()}
    schema = pyarrow.schema([(name, kinds[kind]) for name, kind in LONG.items()])
    table = pyarrow.Table.from_pylist([_encodable(row) for row in long_rows(grades, columns)], schema=schema)
    out = io.BytesIO()
    files.write_table(table, out)
    left_out = [*ungraded(grades, columns, "score left empty"), *missing(grades, columns, "score left empty")]
    return Exported(out.getvalue(), tuple(left_out))


def long_rows(grades: ClassGrades, columns: Sequence[Column]) -> Iterator[dict[str, Any]]:
    """A row for each student, exercise and question, by the names of `LONG`; None where there is nothing.

    What was not handed in, or not judged at all, is one row without a question.
    """
    for standing in grades.standings:
        for column in columns:
            grade = standing.grades[column.slug]
            common = _common(standing.person, column, grade)
            questions = grade.question_scores()
            for question, score in questions:
                over = grade.overridden(question.name)
                said = [one.comment for one in grade.comments if one.question == question.name]
                diagnoses = dict.fromkeys(test.diagnosis for test in question.tests if test.diagnosis)
                yield {
                    **common, "question": question.name, "question_status": question.status, "score": score,
                    "max_score": question.max_score, "diagnosis": "; ".join(diagnoses) or None,
                    "override": over.score if over else None, "comment": "\n".join(said) or None,
                }  # fmt: skip
            if not questions:
                yield {**dict.fromkeys(LONG), **common}


def _common(person: Person, column: Column, grade: Grade) -> dict[str, Any]:
    return {
        "student": person.id, "name": person.name or None, "email": person.email or None, "section": person.section or None,
        "exercise": column.slug, "status": status_words(grade), "exercise_score": grade.score,
        "exercise_max_score": grade.max_score, "penalty": grade.penalty, "days_late": grade.days_late,
        "submitted_at": grade.submitted_at or None,
    }  # fmt: skip


def _long_cells(grades: ClassGrades, columns: Sequence[Column]) -> Iterator[list[str]]:
    yield list(LONG)
    for row in long_rows(grades, columns):
        yield [
            points(row[name], "") if kind is not str else csv_cell(row[name] or "")
            for name, kind in LONG.items()
        ]


def _wide_cells(grades: ClassGrades, columns: Sequence[Column], total: bool) -> Iterator[list[str]]:
    slugs = [column.slug for column in columns]
    totals = ["total", "max_total"] if total else []
    states = [f"{slug}_status" for slug in slugs]
    yield ["student", "name", "email", "section", *map(csv_cell, slugs), *totals, *map(csv_cell, states)]
    for standing in grades.standings:
        person = standing.person
        scores = [points(standing.grades[slug].score, "") for slug in slugs]
        sums = [points(standing.total, ""), points(standing.max_total, "")] if total else []
        states = [status_words(standing.grades[slug]) for slug in slugs]
        yield [
            *map(csv_cell, (person.id, person.name, person.email, person.section)),
            *scores,
            *sums,
            *states,
        ]


def _encodable(row: dict[str, Any]) -> dict[str, Any]:
    """A row that UTF-8 can hold: half a surrogate pair becomes a question mark."""
    return {name: encodable(value) if isinstance(value, str) else value for name, value in row.items()}
