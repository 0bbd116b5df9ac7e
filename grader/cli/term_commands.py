"""What instructors type through a term: report, override, diff, similar, serve."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.options import BOOK, COURSE, FILE, OUT, folder_here, graded_class, opened_book, write_pages
from grader.core.course import Course, open_course
from grader.core.errors import GraderError, nearest
from grader.core.files import locked
from grader.core.grades import Override
from grader.core.points import points
from grader.core.safe_text import one_line, some

if TYPE_CHECKING:
    from grader.term.gradebook import Gradebook
    from grader.term.verify import Verified

SHOWN = 30


@click.command()
@click.argument("out", type=FILE)
@BOOK
@COURSE
def report(out: Path, gradebook: str | None, course: Path | None) -> None:
    """Make OUT's scores, pages and feedback again from its gradebook.

    For example after a change of policies, roster or overrides.

    Example: grader report results
    """

    with graded_class(out, gradebook, course) as (_, opened, grades), locked(out):
        index = write_pages(grades, opened, out)
    click.echo(f"class report: {index.resolve()}")


@click.command()
@click.argument("out", type=FILE)
@BOOK
@COURSE
def verify(out: Path, gradebook: str | None, course: Path | None) -> None:
    """See that OUT's gradebook and the files made from it are as they were written.

    It checks the database, the checksum of every report, and that the scores and reports in OUT say what the
    gradebook does; and it counts the notebooks that have changed or gone since. Exit code 0: all is well;
    1: something is not.

    Example: grader verify results
    """
    from grader.term.standings import class_grades
    from grader.term.verify import verify_book, verify_files

    opened, sound = open_course(course), True
    with opened_book(out, gradebook) as book:
        for finding in verify_book(book):
            sound &= _say(finding)
        if sound and (out / "scores.csv").is_file():
            sound = _say(verify_files(class_grades(book, opened), out))
    sys.exit(0 if sound else 1)


def _say(finding: Verified) -> bool:
    """Print what was looked at; whether it is as it should be."""
    click.echo(f"{finding.what:12} {finding.result}")
    for problem in finding.problems[:SHOWN]:
        click.echo(f"    {one_line(problem)}")
    if len(finding.problems) > SHOWN:
        click.echo(f"    … and {len(finding.problems) - SHOWN} more")
    return not finding.problems


@click.command()
@click.argument("student", required=False)
@click.argument("exercise", metavar="[SLUG]", required=False)
@click.argument("question", required=False)
@click.option("--score", type=float, help="Points that replace those of the tests.")
@click.option("--comment", default="", help="What the student reads next to it.")
@click.option("--csv", "table", type=FILE, help="A file of many: student,exercise,question,score,comment.")
@click.option("--clear", is_flag=True, help="Take it back: the tests' score counts again.")
@click.option("--by", default="", help="Who decides; default: your user name.")
@click.option("--list", "listing", is_flag=True, help="Show the overrides; with STUDENT or SLUG, only those.")
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
    """Set a score by hand, of an exercise or one QUESTION, or comment on it. It survives every regrade.

    A score of a whole exercise is final; a late penalty still applies to one of a question.

    Examples:

    grader override ada 01_gates MulGate --score 2 --comment "right, but for a typo" -o results

    grader override --csv decisions.csv -o results
    """
    from grader.term.decisions import decision, decisions_from
    from grader.term.gradebook import overrides

    with graded_class(out, gradebook, course) as (book, opened, grades):
        if listing:
            for known in overrides.overrides(book):
                if student in (None, known.student) and exercise in (None, known.exercise):
                    click.echo(_in_words(known))
            return
        if table is not None:
            if student or score is not None or comment or clear:
                raise GraderError("--csv stands alone; put names, scores and comments into the file")
            decided = decisions_from(table, grades, by)
        elif not student or not exercise:
            raise GraderError("whose score? name STUDENT and SLUG, or give a file with --csv")
        elif clear == (score is not None or bool(comment)):
            raise GraderError("nothing to do; give --score or --comment (or both), or --clear alone")
        else:
            decided = [decision(grades, student, exercise, question or "", score, comment, by)]
        overrides.override(book, decided)
        for new in decided[:SHOWN]:
            click.echo(_in_words(new))
        click.echo(f"{len(decided)} written down")
        _update_pages(book, opened, out or (None if gradebook else folder_here()))


@click.command()
@click.argument("exercise", metavar="SLUG")
@click.argument("question")
@click.option("--void", "kind", flag_value="void", help="It counts for nobody.")
@click.option("--give", "kind", flag_value="given", help="All who handed in the exercise get its points.")
@click.option("--clear", "kind", flag_value="", help="Take it back: the tests decide again.")
@click.option("--reason", default="", help="Why; students read it.")
@click.option("--by", default="", help="Who decides; default: your user name.")
@OUT
@BOOK
@COURSE
def question(
    exercise: str,
    question: str,
    kind: str | None,
    reason: str,
    by: str,
    out: Path | None,
    gradebook: str | None,
    course: Path | None,
) -> None:
    """Take a QUESTION out of everybody's score, or give it to everybody: its test was wrong, for instance.

    It stays through every regrade until you take it back. Students read the reason in their feedback.

    Example: grader question 02_sigmoid chain_factor --void --reason "the test was wrong" -o results
    """
    from grader.term.decisions import user
    from grader.term.gradebook.rulings import rule
    from grader.term.ruled import ruling

    if kind is None:
        raise GraderError("what shall become of it? --void, --give, or --clear")
    with graded_class(out, gradebook, course) as (book, opened, _):
        made = ruling(opened, exercise, question, kind, reason, by or user())
        rule(book, made)
        what = made.sentence if kind else "the tests decide again"
        click.echo(one_line(f"{made.exercise} {made.question}: {what} ({made.by})"))
        _update_pages(book, opened, out or (None if gradebook else folder_here()))


def _in_words(override: Override) -> str:
    taken_back = "comment" if override.comment else "taken back"
    what = taken_back if override.score is None else points(override.score)
    where = f"{override.student} {override.exercise} {override.question}".strip()
    when = f", {override.at}" if override.at else ""
    comment = f": {override.comment}" if override.comment else ""
    return one_line(f"{where}: {what}{comment} ({override.by}{when})")


def _update_pages(book: Gradebook, opened: Course, out: Path | None) -> None:
    """Make the pages of OUT again, unless a batch is writing there, which does so itself at its end."""
    from grader.term.standings import class_grades

    if out is None or not (out / "index.html").is_file():
        click.echo("the pages will follow with the next grade or report")
        return
    try:
        with locked(out):
            write_pages(class_grades(book, opened), opened, out)
    except GraderError as error:
        click.echo(f"written down, but the pages could not be made again: {one_line(str(error))}")


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
    """Show whose score a regrade changes, by how much and because of which test, before you publish it.

    Exit code 0: no score changes; 1: some do.

    Example: grader diff -o results
    """
    from grader.term.diff import difference, tests_that_matter

    with graded_class(out, gradebook, course) as (book, _, grades):
        differences = difference(book, grades, against or "")
    what = "what was exported last" if differences.against == "published" else "the reports before these"
    if not differences.compared:
        click.echo(f"nothing to compare: there is no score of {what}")
        return
    changes = differences.changes if everything else differences.changes[:SHOWN]
    for change in changes:
        before, after = (points(score, "–") for score in (change.before, change.after))
        by = ("+" if change.by > 0 else "") + points(change.by)
        click.echo(one_line(f"{change.called} {change.exercise}: {before} → {after} ({by})"))
        for reason in change.why[: None if everything else 3]:
            click.echo(f"    {one_line(reason)}")
    if len(changes) < len(differences.changes):
        click.echo(f"… and {len(differences.changes) - len(changes)} more (--all)")
    if differences.changes:
        click.echo("because of:")
        for reason, count in tests_that_matter(differences.changes)[:10]:
            click.echo(f"  {count:5}  {one_line(reason)}")
    up = sum(change.by > 0 for change in differences.changes)
    down = sum(change.by < 0 for change in differences.changes)
    of_all = f"{len(differences.changes)} of {differences.compared} scores change"
    click.echo(f"against {what}: {of_all}, {up} up, {down} down")
    sys.exit(1 if differences.changes else 0)


@click.command()
@click.argument("exercises", nargs=-1, metavar="[SLUG]...")
@OUT
@BOOK
@COURSE
def similar(exercises: tuple[str, ...], out: Path | None, gradebook: str | None, course: Path | None) -> None:
    """List notebooks that are alike beyond the given code, and write OUT/similar/: pairs side by side.

    It is a reason to look, not a finding: short answers, and those that the text dictates, are alike in any
    class.

    Example: grader similar 10_sine_mlp -o results
    """
    from grader.similar import compare_class, similar_pages

    with graded_class(out, gradebook, course) as (_, opened, grades):
        graded = [column.slug for column in grades.columns]
        slugs = [nearest(slug, graded, "graded exercise") for slug in exercises] or graded
        names = {standing.person.id: standing.person.called for standing in grades.standings}
        compared = compare_class(grades, opened, slugs)
        pages = similar_pages.similarity_pages(
            compared, {column.slug: column.title for column in grades.columns}, names
        )
    folder = out or (Path() if gradebook else folder_here())
    similar_pages.write_pages(folder, pages)
    groups = [(alike.slug, group) for alike in compared for group in alike.groups]
    for slug, group in groups:
        who = some([names.get(student, student) for student in group.students], SHOWN)
        click.echo(f"{slug}: {who}: {'identical' if group.best.identical else f'{group.best.score:.0%}'}")
    plural = "" if len(groups) == 1 else "s"
    click.echo(f"{len(groups)} group{plural} to look at: {(folder / 'similar' / 'index.html').resolve()}")


@click.command()
@click.argument("out", type=FILE)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Default: any that is free.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@BOOK
@COURSE
def serve(out: Path, port: int, no_browser: bool, gradebook: str | None, course: Path | None) -> None:
    """Show OUT's gradebook in your browser, on this machine only: find, read, decide, grade again.

    Ctrl-C ends it.

    Example: grader serve results
    """
    from grader.web.server import serve as run

    run(out, gradebook or out / "gradebook.sqlite", open_course(course), port, not no_browser, click.echo)
