"""What instructors type to hand grades on: export."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.options import BOOK, COURSE, OUT, graded_class
from grader.core.errors import GraderError
from grader.core.text import one_line
from grader.exchange import FORMATS, VISIBILITIES

if TYPE_CHECKING:
    from grader.core.grades import ClassGrades
    from grader.term.gradebook import Gradebook


@click.command()
@click.option("--format", "-f", "kind", required=True, metavar="FORMAT", help=", ".join(FORMATS))
@click.option(
    "--to", type=click.Path(path_type=Path), help="The file, or the folder for several; '-' is the screen."
)
@click.option(
    "--template", type=click.Path(path_type=Path), help="Your own Canvas or Moodle file, to be filled in."
)
@click.option("--exercise", metavar="SLUG", help="Only this exercise; Moodle's worksheets are for one.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="SLUG=HEADER",
    help="The column of an exercise in your file.",
)
@click.option(
    "--missing-as-zero", is_flag=True, help="Canvas, Moodle: not handed in is 0; otherwise left as it is."
)
@click.option("--scale", is_flag=True, help="Moodle: points in proportion to the worksheet's maximum.")
@click.option("--questions", is_flag=True, help="csv: a row for every question.")
@click.option("--no-comments", is_flag=True, help="Moodle: leave the feedback column alone.")
@click.option("--grade-column", default="", metavar="HEADER", help="Moodle: if its language is not known.")
@click.option("--feedback-column", default="", metavar="HEADER", help="Moodle: if its language is not known.")
@click.option(
    "--visibility", type=click.Choice(VISIBILITIES), default="visible", help="Gradescope: who sees the tests."
)
@click.option("--draft", is_flag=True, help="Do not remember these scores as published (see `grader diff`).")
@OUT
@BOOK
@COURSE
def export(
    kind: str,
    to: Path | None,
    template: Path | None,
    exercise: str | None,
    columns: tuple[str, ...],
    missing_as_zero: bool,
    scale: bool,
    questions: bool,
    no_comments: bool,
    grade_column: str,
    feedback_column: str,
    visibility: str,
    draft: bool,
    out: Path | None,
    gradebook: str | None,
    course: Path | None,
) -> None:
    """Write the grades as another system imports them. Ungraded work is never a zero: it is left out and
    named.

    Examples:

    grader export -o results --format canvas --template Grades-DL101.csv --to import.csv

    grader export -o results --format moodle --exercise 01 --template Worksheet.csv --to filled.csv
    """
    from grader.core.course import nearest
    from grader.exchange import Options
    from grader.exchange import export as run

    kind = nearest(kind, list(FORMATS), "format")
    mapping = dict(_mapped(one) for one in columns)
    data = _bytes_of(template) if template else None
    options = Options(
        mapping, missing_as_zero, scale, not no_comments, grade_column, feedback_column, questions, visibility
    )
    with graded_class(out, gradebook, course) as (book, _, grades):
        made = run(grades, kind, exercise, data, options)
        place = to or Path(FORMATS[kind].name)
        _put(place, made.content)
        for sentence in made.left_out:
            click.echo(f"left out: {one_line(sentence)}", err=True)
        if not draft:
            _publish(book, grades, kind, exercise)
    if str(place) != "-":
        count = f" ({len(made.content)} files)" if isinstance(made.content, dict) else ""
        click.echo(f"written: {place}{count}")


def _mapped(text: str) -> tuple[str, str]:
    slug, sign, header = text.partition("=")
    if not sign or not slug or not header:
        raise GraderError(f"--column {text}: write SLUG=HEADER, for example '01_gates=Exercise 1 (4711)'")
    return slug, header


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise GraderError(
            f"{path}: cannot be read ({error.strerror}); give the file as you downloaded it"
        ) from None


def _put(place: Path, content: bytes | dict[str, bytes]) -> None:
    from grader.core.files import write_in

    if isinstance(content, dict):
        for name, data in content.items():
            write_in(place, name, data)
    elif str(place) == "-":
        sys.stdout.buffer.write(content)
    else:
        write_in(place.parent, place.name, content)


def _publish(book: Gradebook, grades: ClassGrades, kind: str, exercise: str | None) -> None:
    from grader.core.report import GradeStatus
    from grader.exchange import chosen
    from grader.term.decisions import user
    from grader.term.gradebook.published import Publication, publish

    slugs = {column.slug for column in chosen(grades, exercise)}
    publish(
        book,
        [
            Publication(
                grade.student, grade.exercise, grade.score, grade.max_score, grade.verdict, "", user(), kind
            )
            for grade in grades.grades()
            if grade.status == GradeStatus.GRADED and grade.exercise in slugs
        ],
    )
