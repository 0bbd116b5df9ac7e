"""The one function that exports the grades of a class, what it is asked for, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from grader.core.errors import GraderError, nearest
from grader.exchange.choices import FORMATS

if TYPE_CHECKING:
    from grader.core.grades import ClassGrades, Column


@dataclass(frozen=True)
class Options:
    """What an export is asked for; each format looks only at what concerns it.

    Attributes:
        exercise: only this one; the start of its name is enough.
        template: the content of the instructor's own file, to be filled in (Canvas, Moodle).
        columns: slug → the header of its column in that file, or the title of a new Canvas column.
        missing_as_zero: nothing handed in is 0 points (Canvas, Moodle); otherwise its cell is left alone.
        scale: write points in proportion to the worksheet's maximum grade (Moodle).
        comments: write the feedback column too (Moodle).
        grade_column, feedback_column: their headers, if the worksheet's language is unknown (Moodle).
        questions: one row per question instead of one per student (csv).
        visibility: when students see the tests, one of `VISIBILITIES` (Gradescope).
    """

    exercise: str | None = None
    template: bytes | None = None
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
    """One file, or several by their paths below a folder; and a sentence for everything that was left out."""

    content: bytes | dict[str, bytes]
    left_out: tuple[str, ...] = ()


Writer = Callable[["ClassGrades", tuple["Column", ...], Options], Exported]


def export(grades: ClassGrades, format: str, options: Options | None = None) -> Exported:
    """The class in a format.

    Raises:
        GraderError: unknown format or exercise; a template is missing, not wanted or unusable.
    """
    from grader.exchange.common_parts import missing, ungraded

    options = options or Options()
    format = nearest(format, list(FORMATS), "format")
    chosen_format = FORMATS[format]
    if options.template is not None and not chosen_format.template:
        fillable = ", ".join(name for name in FORMATS if FORMATS[name].template)
        raise GraderError(f"{format}: this format does not fill in a file; --template is for {fillable}")
    columns = chosen(grades, options.exercise)
    writer: Writer = resolve_name(f"grader.exchange.{chosen_format.writer}")
    exported = writer(grades, columns, options)
    more = [
        *ungraded(grades, columns, chosen_format.ungraded),
        *missing(grades, columns, chosen_format.missing),
    ]
    return replace(exported, left_out=(*exported.left_out, *more))


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
