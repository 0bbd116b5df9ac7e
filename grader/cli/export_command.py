"""What instructors type to hand grades on: export."""

import sys
from pathlib import Path

import click

from grader.cli.options import BOOK, COURSE, FILE, OUT, graded_class
from grader.core.errors import GraderError, nearest
from grader.core.files import read_given, write_file
from grader.core.safe_text import one_line
from grader.exchange import FORMATS, VISIBILITIES, Options, chosen
from grader.exchange import export as run

VISIBILITY = click.option(
    "--visibility",
    type=click.Choice(VISIBILITIES),
    default="visible",
    help="Gradescope: when students see the tests.",
)


@click.command()
@click.option("--format", "-f", "kind", required=True, metavar="FORMAT", help=", ".join(FORMATS))
@click.option("--to", type=FILE, help="The file, or the folder for several; '-' is the screen.")
@click.option("--template", type=FILE, help="Your own Canvas or Moodle file, to be filled in.")
@click.option("--exercise", metavar="SLUG", help="Only this exercise; Moodle's worksheets are for one.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="SLUG=HEADER",
    help="The column of an exercise in your file.",
)
@click.option(
    "--missing-as-zero",
    is_flag=True,
    help="Canvas, Moodle: not handed in is 0; otherwise the cell is left alone.",
)
@click.option("--scale", is_flag=True, help="Moodle: points in proportion to the worksheet's maximum.")
@click.option("--questions", is_flag=True, help="csv: a row for every question.")
@click.option("--no-comments", is_flag=True, help="Moodle: leave the feedback column alone.")
@click.option("--grade-column", default="", metavar="HEADER", help="Moodle: if its language is unknown.")
@click.option("--feedback-column", default="", metavar="HEADER", help="Moodle: if its language is unknown.")
@VISIBILITY
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
    """Write the grades as another system imports them.

    Ungraded work is never a zero: it is left out, and listed.

    Examples:

    grader export -o results --format canvas --template Grades-DL101.csv --to import.csv

    grader export -o results --format moodle --exercise 01 --template Worksheet.csv --to filled.csv
    """
    from grader.term.decisions import user
    from grader.term.gradebook.published import publish

    kind = nearest(kind, list(FORMATS), "format")
    headers = dict(_slug_and_header(column) for column in columns)
    own_file = read_given(template, "give the file as you downloaded it") if template else None
    options = Options(
        exercise, own_file, headers, missing_as_zero, scale, not no_comments, grade_column, feedback_column,
        questions, visibility,
    )  # fmt: skip
    with graded_class(out, gradebook, course) as (book, _, grades):
        exported = run(grades, kind, options)
        target = to or Path(FORMATS[kind].name)
        _write(target, exported.content)
        for sentence in exported.left_out:
            click.echo(f"left out: {one_line(sentence)}", err=True)
        if not draft:
            slugs = {column.slug for column in chosen(grades, exercise)}
            publish(book, (grade for grade in grades.grades() if grade.exercise in slugs), user(), kind)
    if str(target) != "-":
        count = f" ({len(exported.content)} files)" if isinstance(exported.content, dict) else ""
        click.echo(f"written: {target}{count}")


def _slug_and_header(text: str) -> tuple[str, str]:
    slug, _, header = text.partition("=")
    if not slug or not header:
        raise GraderError(f"--column {text}: write SLUG=HEADER, for example '01_gates=Exercise 1 (4711)'")
    return slug, header


def _write(target: Path, content: bytes | dict[str, bytes]) -> None:
    if isinstance(content, dict):
        for name, data in content.items():
            write_file(target / name, data)
    elif str(target) == "-":
        sys.stdout.buffer.write(content)
    else:
        write_file(target, content)
