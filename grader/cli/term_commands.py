"""What instructors type through a term: report, override, diff, similar, serve."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli.options import BOOK, COURSE, OUT, folder_here, graded_class, progress_bar
from grader.core.errors import GraderError
from grader.core.text import one_line, points

if TYPE_CHECKING:
    from grader.core.course import Course
    from grader.core.grades import ClassGrades
    from grader.term.gradebook import Gradebook

SHOWN = 30


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@BOOK
@COURSE
def report(out: Path, gradebook: str | None, course: Path | None) -> None:
    """Make OUT's scores, pages and feedback again from its gradebook: after a change of policies, roster or
    overrides.

    Example: grader report results
    """
    from grader.core.files import locked

    with graded_class(out, gradebook, course) as (_, opened, grades), locked(out):
        index = _write(grades, opened, out)
    click.echo(f"class report: {index.resolve()}")


@click.command()
@click.argument("student", required=False)
@click.argument("exercise", metavar="[SLUG]", required=False)
@click.argument("question", required=False)
@click.option("--score", type=float, help="Points that count instead of those of the tests.")
@click.option("--comment", default="", help="What the student reads beside it.")
@click.option(
    "--csv", "table", type=click.Path(path_type=Path), help="Many: student,exercise,question,score,comment."
)
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
    from grader.term.decisions import decision, decisions_from
    from grader.term.gradebook.overrides import override as write_down
    from grader.term.gradebook.overrides import overrides

    with graded_class(out, gradebook, course) as (book, opened, grades):
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
    what = "comment" if one.score is None else points(one.score)
    if one.score is None and not one.comment:
        what = "taken back"
    place = f"{one.student} {one.exercise} {one.question}".strip()
    when = f" ({one.by}, {one.at})" if one.at else f" ({one.by})"
    return one_line(f"{place}: {what}{': ' + one.comment if one.comment else ''}{when}")


def _pages_again(book: Gradebook, opened: Course, out: Path | None) -> None:
    """The pages of OUT, unless a batch is writing there: it makes them itself at its end."""
    from grader.core.files import locked
    from grader.term.standings import class_grades

    if out is None or not (out / "index.html").is_file():
        click.echo("the pages follow with the next grade or report")
        return
    try:
        with locked(out):
            _write(class_grades(book, opened), opened, out)
    except GraderError as error:
        click.echo(f"written down, but the pages could not be made again: {one_line(str(error))}")


def _write(grades: ClassGrades, opened: Course, out: Path) -> Path:
    from grader.pages.write import write_results

    with progress_bar() as bar:
        task = bar.add_task("feedback", total=None)
        return write_results(
            grades,
            opened,
            out,
            lambda done, total: bar.update(task, completed=done, total=total),
            os.cpu_count() or 1,
        )


@click.command()
@click.option(
    "--against", type=click.Choice(["published", "previous"]), help="Default: what was exported last, if any."
)
@click.option("--all", "everything", is_flag=True, help="Every change; otherwise the largest.")
@OUT
@BOOK
@COURSE
def diff(
    against: str | None, everything: bool, out: Path | None, gradebook: str | None, course: Path | None
) -> None:
    """Say whose score a regrade changes, by how much, and because of which test, before anything is
    published.

    Exit code 0: nobody's; 1: somebody's.

    Example: grader diff -o results
    """
    from grader.term.diff import difference, tests_that_matter

    with graded_class(out, gradebook, course) as (book, _, grades):
        found = difference(book, grades, against or "")
    what = "what was exported last" if found.against == "published" else "the reports before these"
    if not found.compared:
        click.echo(f"nothing to compare: there is no score of {what}")
        return
    changes = found.changes if everything else found.changes[:SHOWN]
    for change in changes:
        before, after = (points(score, "–") for score in (change.before, change.after))
        by = ("+" if change.by > 0 else "") + points(change.by)
        click.echo(one_line(f"{change.called} {change.exercise}: {before} → {after} ({by})"))
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
    click.echo(
        f"against {what}: {len(found.changes)} of {found.compared} scores change, {more} up, {less} down"
    )
    sys.exit(1 if found.changes else 0)


@click.command()
@click.argument("exercises", nargs=-1, metavar="[SLUG]...")
@OUT
@BOOK
@COURSE
def similar(exercises: tuple[str, ...], out: Path | None, gradebook: str | None, course: Path | None) -> None:
    """List notebooks that are alike beyond the given code, and write OUT/similar/: each pair side by side.

    A reason to look, and no finding: what is short or dictated by the text is alike in any class.

    Example: grader similar 10_sine_mlp -o results
    """
    from grader.core.course import nearest
    from grader.similar import compare_class, summary
    from grader.similar.similar_pages import similarity_pages

    with graded_class(out, gradebook, course) as (_, opened, grades):
        known = [column.slug for column in grades.columns]
        slugs = [nearest(slug, known, "graded exercise") for slug in exercises] or known
        names = {standing.person.id: standing.person.called for standing in grades.standings}
        found = compare_class(grades, opened, slugs)
        pages = similarity_pages(found, {column.slug: column.title for column in grades.columns}, names)
    place = out or (Path() if gradebook else folder_here())
    _replace(place, pages)
    rows = [row for one in found for row in summary(one)]
    for row in rows:
        who = ", ".join(one_line(names.get(student, student)) for student in row["students"][:SHOWN])
        more = f" and {row['size'] - SHOWN} more" if row["size"] > SHOWN else ""
        click.echo(
            f"{row['exercise']}: {who}{more}: {'identical' if row['identical'] else format(row['score'], '.0%')}"
        )
    groups = "group" if len(rows) == 1 else "groups"
    click.echo(f"{len(rows)} {groups} to look at: {(place / 'similar' / 'index.html').resolve()}")


def _replace(place: Path, pages: dict[str, str]) -> None:
    """The pages of this run, and none of an earlier one."""
    from grader.core.files import locked
    from grader.pages.fingerprints import WrittenFiles, fingerprint

    with locked(place), WrittenFiles(place, ".made/similar.json") as written:
        written.sweep(pages)
        for name, page in pages.items():
            written.write(name, page, fingerprint(page))


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Default: any that is free.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@BOOK
@COURSE
def serve(out: Path, port: int, no_browser: bool, gradebook: str | None, course: Path | None) -> None:
    """Show the gradebook of OUT in your browser, on this machine only: find, read, decide, judge again.

    Ctrl-C ends it.

    Example: grader serve results
    """
    from grader.core.course import open_course
    from grader.web.server import serve as run

    run(
        out,
        gradebook or out / "gradebook.sqlite",
        open_course(course),
        port,
        not no_browser,
        click.echo,
    )
