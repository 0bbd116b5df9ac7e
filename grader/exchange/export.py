"""What an export is asked for and what comes of it, and the words that every format needs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grader.core.course import nearest
from grader.core.errors import GraderError
from grader.core.grades import ClassGrades, Column, Grade, Person
from grader.core.report import GradeStatus
from grader.core.text import shown_name

NAMED = 5  # so many names in a sentence; a class of 300 is a number


@dataclass(frozen=True)
class Options:
    """What a format may be told; each looks only at what concerns it.

    Attributes:
        columns: slug → the header of its column in the teacher's file, or for a new Canvas column its title.
        missing_as_zero: nothing handed in is 0 points (Canvas, Moodle); otherwise its cell stays as it is.
        scale: write points in proportion to the worksheet's maximum grade (Moodle).
        comments: write the feedback column too (Moodle).
        grade_column, feedback_column: their headers, in a worksheet whose language is not known (Moodle).
        questions: a row for every question instead of one a student (csv).
        visibility: when students see the tests: visible, after_due_date, after_published or hidden
        (Gradescope).
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    missing_as_zero: bool = False
    scale: bool = False
    comments: bool = True
    grade_column: str = ""
    feedback_column: str = ""
    questions: bool = False
    visibility: str = "visible"


@dataclass(frozen=True)
class Exported:
    """The bytes of one file, or of several by their paths below a folder; and what is not in them, a sentence
    each.
    """

    content: bytes | dict[str, bytes]
    left_out: tuple[str, ...] = ()


def chosen(grades: ClassGrades, exercise: str | None) -> tuple[Column, ...]:
    """The columns to export: all, or the one asked for.

    Raises:
        GraderError: there is none of that name, or none at all.
    """
    known = [column.slug for column in grades.columns]
    if not known:
        raise GraderError("nothing to export: no exercise has been graded; grade first")
    if exercise is None:
        return grades.columns
    slug = nearest(exercise, known, "graded exercise")
    return tuple(column for column in grades.columns if column.slug == slug)


def only(grades: ClassGrades, exercise: str | None, format: str) -> Column:
    """The one exercise of a format that holds one.

    Raises:
        GraderError: several could be meant.
    """
    columns = chosen(grades, exercise)
    if len(columns) > 1:
        slugs = ", ".join(column.slug for column in columns)
        raise GraderError(f"{format}: a file is for one exercise; say which with --exercise: {slugs}")
    return columns[0]


def status_words(grade: Grade) -> str:
    """A grade's state in words that a program can search: graded, ungraded or missing, then late, overridden,
    dropped.
    """
    late = grade.days_late > grade.grace_days or grade.penalty > 0
    overridden = any(one.score is not None for one in grade.overrides)
    words = (("late", late), ("overridden", overridden), ("dropped", grade.dropped))
    return " ".join([grade.status, *(word for word, so in words if so)])


def some(names: Sequence[str]) -> str:
    """`A, B and 3 more`."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def file_names(people: Sequence[Person]) -> dict[str, str]:
    """A student's id → a file name of its own that leads nowhere else."""
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


def ungraded(grades: ClassGrades, columns: Sequence[Column], then: str) -> list[str]:
    """A sentence for every notebook that has no score yet."""
    return [
        f"{shown_name(standing.person.called)}: {column.slug} is ungraded; {then}"
        for column in columns
        for standing in grades.standings
        if standing.grades[column.slug].status == GradeStatus.UNGRADED
    ]


def missing(grades: ClassGrades, columns: Sequence[Column], then: str) -> list[str]:
    """A sentence an exercise on those who handed in nothing."""
    out = []
    for column in columns:
        names = [
            shown_name(s.person.called)
            for s in grades.standings
            if s.grades[column.slug].status == GradeStatus.MISSING
        ]
        if names:
            out.append(f"{column.slug}: nothing handed in by {some(names)}; {then}")
    return out
