"""What instructors type through a term: report, override, diff, export, similar, serve."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.commands.screen import BOOK, COURSE, OUT, VISIBILITY, folder_here, one_line, opened_book, progress_bar
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.course import Course
    from grader.gradebook import Gradebook
    from grader.grades import ClassGrades

SHOWN = 30
KINDS = ("csv", "canvas", "moodle", "gradescope", "nbgrader", "github", "junit", "json", "parquet")  # as in grader.export


@contextmanager
def _class(out: Path | None, gradebook: str | None, course: Path | None) -> Iterator[tuple[Gradebook, Course, ClassGrades]]:
    from grader.course import open_course
    from grader.term import class_grades

    opened = open_course(course)
    with opened_book(out, gradebook) as book:
        yield book, opened, class_grades(book, opened)


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@BOOK
@COURSE
def report(out: Path, gradebook: str | None, course: Path | None) -> None:
    """Make OUT's scores, pages and feedback again from its gradebook: after a change of policies, roster or overrides.

    Example: grader report results
    """
    from grader.files import locked

    with _class(out, gradebook, course) as (_, opened, grades), locked(out):
        index = _write(grades, opened, out)
    click.echo(f"class report: {index.resolve()}")


@click.command()
@click.argument("student", required=False)
@click.argument("exercise", metavar="[SLUG]", required=False)
@click.argument("question", required=False)
@click.option("--score", type=float, help="Points that count instead of those of the tests.")
@click.option("--comment", default="", help="What the student reads beside it.")
@click.option("--csv", "table", type=click.Path(path_type=Path), help="Many: student,exercise,question,score,comment.")
@click.option("--clear", is_flag=True, help="Take back what was decided: the tests' score counts again.")
@click.option("--by", default="", help="Who decides; default: your user name.")
@click.option("--list", "listing", is_flag=True, help="Show what is decided; with names: only that.")
@OUT
@BOOK
@COURSE
def override(
    student: str | None,
    exercise: str | None,
    question: str | None,
    score: float | None,
    comment: str,
    table: Path | None,
    clear: bool,
    by: str,
    listing: bool,
    out: Path | None,
    gradebook: str | None,
    course: Path | None,
) -> None:
    """Set a score by hand, of an exercise or of one QUESTION, or comment on it. It survives every regrade.

    A score of a whole exercise is final; a late penalty still applies to one of a question.

    Examples:

    grader override ada 01_gates MulGate --score 2 --comment "right, but for a typo" -o results

    grader override --csv decisions.csv -o results
    """
    from grader.decisions import decision, decisions_from
    from grader.gradebook.overrides import override as write_down
    from grader.gradebook.overrides import overrides

    with _class(out, gradebook, course) as (book, opened, grades):
        if listing:
            for one in overrides(book):
                if student in (None, one.student) and exercise in (None, one.exercise):
                    click.echo(_decided(one))
            return
        if table is not None:
            if student or score is not None or comment or clear:
                raise GraderError("--csv stands alone; put names, scores and comments into the file")
            found = decisions_from(table, grades, by)
        elif not student or not exercise:
            raise GraderError("whose score? name STUDENT and SLUG, or give a file with --csv")
        elif clear == (score is not None or bool(comment)):
            raise GraderError("nothing to do; give --score or --comment (or both), or --clear alone")
        else:
            found = [decision(grades, student, exercise, question or "", score, comment, by)]
        write_down(book, found)
        for one in found[:SHOWN]:
            click.echo(_decided(one))
        click.echo(f"{len(found)} written down")
        _pages_again(book, opened, out or (None if gradebook else folder_here()))


def _decided(one: Any) -> str:
    what = "comment" if one.score is None else f"{one.score:g}"
    if one.score is None and not one.comment:
        what = "taken back"
    place = f"{one.student} {one.exercise} {one.question}".strip()
    when = f" ({one.by}, {one.at})" if one.at else f" ({one.by})"
    return one_line(f"{place}: {what}{': ' + one.comment if one.comment else ''}{when}")


def _pages_again(book: Gradebook, opened: Course, out: Path | None) -> None:
    """The pages of OUT, unless a batch is writing there: it makes them itself at its end."""
    from grader.files import locked
    from grader.term import class_grades

    if out is None or not (out / "index.html").is_file():
        click.echo("the pages follow with the next grade or report")
        return
    try:
        with locked(out):
            _write(class_grades(book, opened), opened, out)
    except GraderError as error:
        click.echo(f"written down, but the pages could not be made again: {one_line(str(error))}")


def _write(grades: ClassGrades, opened: Course, out: Path) -> Path:
    from grader.results import write_results

    with progress_bar() as bar:
        task = bar.add_task("feedback", total=None)
        written = write_results(grades, opened, out, lambda done, total: bar.update(task, completed=done, total=total))
    return written.index


@click.command()
@click.option("--against", type=click.Choice(["published", "previous"]), help="Default: what was exported last, if any.")
@click.option("--all", "everything", is_flag=True, help="Every change; otherwise the largest.")
@OUT
@BOOK
@COURSE
def diff(against: str | None, everything: bool, out: Path | None, gradebook: str | None, course: Path | None) -> None:
    """Say whose score a regrade changes, by how much, and because of which test, before anything is published.

    Exit code 0: nobody's; 1: somebody's.

    Example: grader diff -o results
    """
    from grader.diff import difference, tests_that_matter

    with _class(out, gradebook, course) as (book, _, grades):
        found = difference(book, grades, against or "")
    what = "what was exported last" if found.against == "published" else "the reports before these"
    if not found.compared:
        click.echo(f"nothing to compare: there is no score of {what}")
        return
    changes = found.changes if everything else found.changes[:SHOWN]
    for change in changes:
        before, after = ("–" if score is None else f"{score:g}" for score in (change.before, change.after))
        click.echo(one_line(f"{change.called} {change.exercise}: {before} → {after} ({change.by:+g})"))
        for reason in change.why[: None if everything else 3]:
            click.echo(f"    {one_line(reason)}")
    if len(changes) < len(found.changes):
        click.echo(f"… and {len(found.changes) - len(changes)} more (--all)")
    if found.changes:
        click.echo("because of:")
        for reason, count in tests_that_matter(found.changes)[:10]:
            click.echo(f"  {count:5}  {one_line(reason)}")
    less = sum(change.by < 0 for change in found.changes)
    more = sum(change.by > 0 for change in found.changes)
    click.echo(f"against {what}: {len(found.changes)} of {found.compared} scores change, {more} up, {less} down")
    sys.exit(1 if found.changes else 0)


@click.command()
@click.option("--format", "-f", "kind", required=True, metavar="FORMAT", help=", ".join(KINDS))
@click.option("--to", type=click.Path(path_type=Path), help="The file, or the folder for several; '-' is the screen.")
@click.option("--template", type=click.Path(path_type=Path), help="Your own Canvas or Moodle file, to be filled in.")
@click.option("--exercise", metavar="SLUG", help="Only this exercise; Moodle's worksheets are for one.")
@click.option("--column", "columns", multiple=True, metavar="SLUG=HEADER", help="The column of an exercise in your file.")
@click.option("--missing-as-zero", is_flag=True, help="Canvas, Moodle: not handed in is 0; otherwise left as it is.")
@click.option("--scale", is_flag=True, help="Moodle: points in proportion to the worksheet's maximum.")
@click.option("--questions", is_flag=True, help="csv: a row for every question.")
@click.option("--no-comments", is_flag=True, help="Moodle: leave the feedback column alone.")
@click.option("--grade-column", default="", metavar="HEADER", help="Moodle: if its language is not known.")
@click.option("--feedback-column", default="", metavar="HEADER", help="Moodle: if its language is not known.")
@click.option("--visibility", type=click.Choice(VISIBILITY), default="visible", help="Gradescope: who sees the tests.")
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
    """Write the grades as another system imports them. Ungraded work is never a zero: it is left out and named.

    Examples:

    grader export -o results --format canvas --template Grades-DL101.csv --to import.csv

    grader export -o results --format moodle --exercise 01 --template Worksheet.csv --to filled.csv
    """
    from grader.course import nearest
    from grader.export import FORMATS, Options
    from grader.export import export as run

    kind = nearest(kind, list(FORMATS), "format")
    mapping = dict(_mapped(one) for one in columns)
    data = _bytes_of(template) if template else None
    options = Options(mapping, missing_as_zero, scale, not no_comments, grade_column, feedback_column, questions, visibility)
    with _class(out, gradebook, course) as (book, _, grades):
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
        raise GraderError(f"{path}: cannot be read ({error.strerror}); give the file as you downloaded it") from None


def _put(place: Path, content: bytes | dict[str, bytes]) -> None:
    from grader.files import write_in

    if isinstance(content, dict):
        for name, data in content.items():
            write_in(place, name, data)
    elif str(place) == "-":
        sys.stdout.buffer.write(content)
    else:
        write_in(place.parent, place.name, content)


def _publish(book: Gradebook, grades: ClassGrades, kind: str, exercise: str | None) -> None:
    from grader.decisions import user
    from grader.export import chosen
    from grader.gradebook.published import Publication, publish

    slugs = {column.slug for column in chosen(grades, exercise)}
    publish(
        book,
        [
            Publication(grade.student, grade.exercise, grade.score, grade.max_score, grade.verdict, "", user(), kind)
            for grade in grades.grades()
            if grade.status == "graded" and grade.exercise in slugs
        ],
    )
