"""The class as tables of our own: a row per student or per question; CSV for people, Parquet for programs."""

import io
from collections.abc import Iterator, Sequence
from importlib import import_module

from grader.core.grades import ClassGrades, Column, Grade
from grader.core.safe_text import encodable
from grader.core.students import Person
from grader.exchange.common_parts import cell, csv_bytes, status_words
from grader.exchange.export import Exported, Options

# name → type of the long table; every one may be empty but the first and the exercise's three
LONG = {
    "student": str, "name": str, "email": str, "section": str, "exercise": str, "question": str,
    "status": str, "question_status": str, "score": float, "max_score": float, "diagnosis": str,
    "override": float, "comment": str, "exercise_score": float, "exercise_max_score": float,
    "penalty": float, "days_late": int, "submitted_at": str,
}  # fmt: skip
Value = str | float | None


def csv_table(grades: ClassGrades, columns: tuple[Column, ...], options: Options) -> Exported:
    """`grades.csv`: points that are numbers or empty, and each notebook's status in a column of its own."""
    rows = _long_cells if options.questions else _wide_cells
    return Exported(csv_bytes(map(cell, row) for row in rows(grades, columns, options)))


def parquet(grades: ClassGrades, columns: tuple[Column, ...], options: Options) -> Exported:
    """The long table as a Parquet file; text is as it was written, so escape it where you show it."""
    pyarrow, files = import_module("pyarrow"), import_module("pyarrow.parquet")
    kinds = {str: pyarrow.string(), float: pyarrow.float64(), int: pyarrow.int64()}
    schema = pyarrow.schema([(name, kinds[kind]) for name, kind in LONG.items()])
    rows = [
        {name: encodable(value) if isinstance(value, str) else value for name, value in row.items()}
        for row in long_rows(grades, columns)
    ]
    out = io.BytesIO()
    files.write_table(pyarrow.Table.from_pylist(rows, schema=schema), out)
    return Exported(out.getvalue())


def long_rows(grades: ClassGrades, columns: Sequence[Column]) -> Iterator[dict[str, Value]]:
    """A row for each student, exercise and question, in the order of `LONG`; None where there is nothing.

    What was not handed in, or not judged at all, is one row without a question.
    """
    for standing in grades.standings:
        for column in columns:
            grade = standing.grades[column.slug]
            common = {**dict.fromkeys(LONG), **_common(standing.person, column, grade)}
            questions = grade.question_scores()
            for question, score in questions:
                override = grade.overridden(question.name)
                comments = [remark.comment for remark in grade.comments if remark.question == question.name]
                yield {
                    **common, "question": question.name, "question_status": question.status, "score": score,
                    "max_score": question.max_score, "diagnosis": "; ".join(question.diagnoses) or None,
                    "override": override.score if override else None, "comment": "\n".join(comments) or None,
                }  # fmt: skip
            if not questions:
                yield common


def _common(person: Person, column: Column, grade: Grade) -> dict[str, Value]:
    return {
        "student": person.id, "name": person.name or None, "email": person.email or None,
        "section": person.section or None, "exercise": column.slug, "status": status_words(grade),
        "exercise_score": grade.score, "exercise_max_score": grade.max_score, "penalty": grade.penalty,
        "days_late": grade.days_late, "submitted_at": grade.submitted_at or None,
    }  # fmt: skip


def _long_cells(grades: ClassGrades, columns: Sequence[Column], options: Options) -> Iterator[list[Value]]:
    yield list(LONG)
    yield from (list(row.values()) for row in long_rows(grades, columns))


def _wide_cells(grades: ClassGrades, columns: Sequence[Column], options: Options) -> Iterator[list[Value]]:
    """Totals only if no exercise was asked for: one over a single column would mislead."""
    slugs = [column.slug for column in columns]
    totals = ["total", "max_total"] if options.exercise is None else []
    yield ["student", "name", "email", "section", *slugs, *totals, *(f"{slug}_status" for slug in slugs)]
    for standing in grades.standings:
        person, own = standing.person, [standing.grades[slug] for slug in slugs]
        sums = [standing.total, standing.max_total] if totals else []
        yield [
            person.id, person.name, person.email, person.section, *(grade.score for grade in own), *sums,
            *map(status_words, own),
        ]  # fmt: skip
