"""What several formats write alike: a test, a status, a time, a file's name, CSV, and who was left out."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from grader.core.grades import ClassGrades, Column, Grade, Override
from grader.core.points import points
from grader.core.report import GradeStatus, QuestionResult, TestResult
from grader.core.safe_text import clean, csv_cell, one_line, shown_name, some, utf8
from grader.core.students import Person


def title_of_test(question: QuestionResult, test: TestResult) -> str:
    """A test's question and sentence."""
    return f"{one_line(question.name)}: {clean(test.summary) or one_line(test.name)}"


def remark(comment: Override) -> str:
    """What a person wrote, after the question's name if it is about one."""
    return f"{comment.question}: {comment.comment}" if comment.question else comment.comment


def status_words(grade: Grade) -> str:
    """A grade's state in words that a program can search: its status, then late, overridden, dropped."""
    late = grade.days_late > grade.grace_days or grade.penalty > 0
    words = (("late", late), ("overridden", grade.set_by_hand), ("dropped", grade.dropped))
    return " ".join([grade.status, *(word for word, so in words if so)])


def last_and_first(person: Person) -> tuple[str, str]:
    """Last and first name; a name of one word is a last name."""
    last, comma, first = person.sortable.partition(",")
    if not comma:
        first, _, last = person.called.rpartition(" ")
    return last.strip(), first.strip()


def utc_time(at: str) -> datetime | None:
    """A time in UTC, then without a zone; None if it is not a time."""
    try:
        time = datetime.fromisoformat(at)
    except ValueError:
        return None
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time


def cell(value: str | float | None) -> str:
    """A value as a cell of a table of ours: harmless text, points, or nothing."""
    return csv_cell(value) if isinstance(value, str) else points(value, "")


def csv_bytes(rows: Iterable[Iterable[str]], newline: str = "\n") -> bytes:
    """Rows as a CSV file."""
    out = io.StringIO()
    csv.writer(out, lineterminator=newline).writerows(rows)
    return utf8(out.getvalue())


def file_names(people: Sequence[Person]) -> dict[str, str]:
    """A student's id → a file name that no other student has and that leads nowhere else."""
    taken: set[str] = set()
    names: dict[str, str] = {}
    for person in people:
        plain = re.sub(r"[^\w. @,'()+-]", "_", person.id).strip(". ")[:100] or "student"
        name, number = plain, 2
        while name.casefold() in taken:
            name, number = f"{plain}-{number}", number + 1
        taken.add(name.casefold())
        names[person.id] = name
    return names


def handed_in(grades: ClassGrades, columns: Iterable[Column]) -> Iterator[tuple[Person, Column, Grade]]:
    """Every grade but those of students who handed in nothing, column by column."""
    for column in columns:
        for standing in grades.standings:
            if standing.grades[column.slug].status != GradeStatus.MISSING:
                yield standing.person, column, standing.grades[column.slug]


def ungraded(grades: ClassGrades, columns: Iterable[Column], then: str) -> list[str]:
    """A sentence for every notebook that has no score yet, and what `then`; none if that is ""."""
    return [
        f"{shown_name(standing.person.called)}: {column.slug} is ungraded; {then}"
        for column in columns
        for standing in grades.standings
        if then and standing.grades[column.slug].status == GradeStatus.UNGRADED
    ]


def missing(grades: ClassGrades, columns: Iterable[Column], then: str) -> list[str]:
    """A sentence for each exercise on those who handed in nothing, and what `then`; none if that is ""."""
    absent = {
        column.slug: [
            shown_name(standing.person.called)
            for standing in grades.standings
            if standing.grades[column.slug].status == GradeStatus.MISSING
        ]
        for column in columns
    }
    return [
        f"{slug}: nothing handed in by {some(names)}; {then}"
        for slug, names in absent.items()
        if names and then
    ]
