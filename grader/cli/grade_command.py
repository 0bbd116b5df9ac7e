"""What instructors type: grade, feedback, doctor."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.opened_judges import OpenedOnce
from grader.cli.options import (
    BOOK,
    COURSE,
    EXERCISES,
    FILE,
    JOBS,
    STUDENTS,
    opened_book,
    progress_bar,
    write_pages,
)
from grader.core.course import Course, open_course
from grader.core.errors import GraderError
from grader.core.files import locked
from grader.core.grades import ClassGrades
from grader.core.report import GradeStatus
from grader.core.safe_text import one_line, some
from grader.exchange import SOURCES
from grader.exchange.intake.handed_in import Handed, Intake
from grader.exchange.intake.take_in import take_in
from grader.exchange.roster import read_roster

if TYPE_CHECKING:
    from grader.term.gradebook import Gradebook
    from grader.term.policies import Policy
    from grader.term.run import Batch

SHOWN = 20
RECEIVED = "received"  # below OUT: the files from archives


@click.command()
@click.argument("submissions", type=FILE, required=False)
@click.option("-o", "--out", type=FILE, required=True, help="Where scores and reports go.")
@JOBS
@EXERCISES
@STUDENTS
@click.option(
    "--from", "kind", type=click.Choice(list(SOURCES)), help="What SUBMISSIONS is, if that is not recognised."
)
@click.option("--roster", type=FILE, help="CSV with id,name,email…, or Canvas' or Moodle's own.")
@click.option(
    "--sandbox",
    type=click.Choice(["auto", "bwrap", "landlock", "none"]),
    default="auto",
    help="What notebooks run in; default: the best that works here.",
)
@click.option("--cluster", metavar="PLACE", help="Grade on a Dask cluster: tcp://HOST:PORT, slurm or local.")
@BOOK
@click.option("--same-course", is_flag=True, help="The gradebook is this course's, under a new id or salt.")
@click.option("--again", is_flag=True, help="Grade everything again, even if the gradebook has it.")
@click.option("--dry-run", is_flag=True, help="Show what would be taken for what; write and grade nothing.")
@click.option(
    "--unproved", is_flag=True, help="Grade even if the tests do not give the reference solution full marks."
)
@COURSE
def grade(
    submissions: Path | None,
    out: Path,
    jobs: int | None,
    exercises: tuple[str, ...],
    students: tuple[str, ...],
    kind: str | None,
    roster: Path | None,
    sandbox: str,
    cluster: str | None,
    gradebook: str | None,
    same_course: bool,
    again: bool,
    dry_run: bool,
    unproved: bool,
    course: Path | None,
) -> None:
    """Grade SUBMISSIONS with the hidden tests: a folder for each student, or a learning platform's download.

    The zips of Canvas and Moodle, nbgrader's submitted/, Gradescope's export and a single notebook are read
    directly. Without SUBMISSIONS, the notebooks in the gradebook are graded again if they or their tests have
    changed. The tests are tried on the reference first; if they do not fit it, nothing is written. Writes
    OUT/scores.csv, OUT/reports/<student>/<exercise>.json, OUT/feedback/<student>/<exercise>.html and
    OUT/index.html. Exit code 0: all notebooks were graded; 1: some could not be; 130: stopped with Ctrl-C.

    Example: grader grade submissions.zip -o results --roster class.csv
    """
    from grader.cli.dry_run import show_intake
    from grader.term.enrolment import handed_before, keep_intake, whose
    from grader.term.gradebook import open_gradebook
    from grader.term.gradebook.belonging import belong
    from grader.term.standings import policy_of

    policy = policy_of(opened := _course(course, cluster, jobs))
    listed, place = read_roster(roster) if roster else None, _place(gradebook, out, submissions)
    before = partial(handed_before, course=opened, slugs=exercises, students=students)
    take = partial(take_in, course=opened, kind=kind, slugs=exercises, students=students)
    if dry_run:
        return show_intake(take(submissions, keep=None) if submissions else None, place, listed, before)
    with ExitStack() as stack:
        judges = OpenedOnce(stack, opened, cluster, jobs, sandbox, unproved)
        new = judges.proved(take, submissions, out / RECEIVED)
        stack.enter_context(locked(out))
        book = stack.enter_context(open_gradebook(place))
        belong(book, opened, same_course)
        taken, notes = whose(book, new or judges.fitting(before(book)), listed)
        keep_intake(book, opened, submissions, taken, not (exercises or students), exercises)
        _print_intake(taken, notes)
        batch = _grade(book, opened, policy, taken.handed, out, again, judges, None if cluster else jobs)
    sys.exit(130 if batch.stopped else 1 if batch.ungraded else 0)


def _course(course: Path | None, cluster: str | None, jobs: int | None) -> Course:
    """The course, once it is known that a cluster can be used, if one was named."""
    if cluster:
        from grader.engine.cluster import check_cluster

        check_cluster(cluster, jobs)
    return open_course(course)


def _place(gradebook: str | None, out: Path, submissions: Path | None) -> str | Path:
    """Where the gradebook is.

    Raises:
        GraderError: there is none yet, and nothing to begin one with.
    """
    place = gradebook or out / "gradebook.sqlite"
    if submissions is None and isinstance(place, Path) and not place.is_file():
        remedy = f"say what to grade: grader grade SUBMISSIONS -o {out}"
        raise GraderError(f"{out}: no gradebook there yet; {remedy}")
    return place


def _grade(
    book: Gradebook,
    course: Course,
    policy: Policy,
    handed: tuple[Handed, ...],
    out: Path,
    again: bool,
    judges: OpenedOnce,
    jobs: int | None,
) -> Batch:
    """Grade what was handed in, write the pages, and print what came of it."""
    from grader.pages.missing_modules import missing_modules
    from grader.term.run import grade_class
    from grader.term.standings import class_grades, needs_every_attempt, not_in_class

    with progress_bar("grading", told=True) as bar:
        batch = grade_class(
            handed,
            course,
            lambda: nullcontext(judges.open({each.slug for each in handed}, bar)),
            book,
            again,
            bar.count,
            needs_every_attempt(policy),
            bar.tell,
        )
    if batch.kept:
        click.echo(f"{batch.kept} of {batch.total} were graded before (--again grades them again)")
    grades = class_grades(book, course)
    index = write_pages(grades, course, out, jobs)
    _print_class(grades, batch.students)
    click.echo(f"scores: {out / 'scores.csv'}\nreports: {out / 'reports'}\nfeedback: {out / 'feedback'}")
    click.echo(f"class report: {index.resolve()}")
    for module in missing_modules(grades.grades()):
        click.echo(one_line(f"{module.sentence} {module.remedy}").replace("`", ""))
    for student in not_in_class(policy, grades):
        click.echo(f"course.toml has an extension for {one_line(student)}, who is not in the class")
    if batch.stopped:
        click.echo(f"stopped: {batch.left} of {batch.total} are still to be graded; to go on, run this again")
    for report in batch.ungraded if not batch.stopped else ():
        problem = one_line(report.problem or "a test broke")
        click.echo(f"ungraded: {one_line(report.student)} {report.exercise}: {problem}")
    return batch


def _print_intake(intake: Intake, notes: Sequence[str]) -> None:
    """What was recognised, and what was left out."""
    if intake.kind != "plain" or notes:
        click.echo(f"taken as {intake.kind}: {one_line(intake.why)}")
    unknown = [f"not taken: {one_line(file.file)}: {one_line(file.why)}" for file in intake.unknown]
    for lines, more in (([f"  {one_line(note)}" for note in notes], "  … and {} more"),
                        (unknown, "not taken: {} more files")):  # fmt: skip
        for line in lines[:SHOWN]:
            click.echo(line)
        if len(lines) > SHOWN:
            click.echo(more.format(len(lines) - SHOWN))


def _print_class(grades: ClassGrades, students: frozenset[str]) -> None:
    """The scores of these students, and who on the roster handed in nothing."""
    from rich.console import Console

    from grader.pages.scores_table import scores_table

    Console().print(scores_table(grades, students))
    if not grades.roster:
        return
    nothing = [
        s.person for s in grades.standings if all(g.status == GradeStatus.MISSING for g in s.grades.values())
    ]
    something = {file.student for file in grades.not_taken}
    absent = [person for person in nothing if person.id not in something]
    left_out = [person for person in nothing if person.id in something]
    strangers = [standing.person for standing in grades.standings if not standing.person.enrolled]
    for what, people in (
        ("handed in nothing at all", absent),
        ("handed in only what was not taken", left_out),
        ("not on the roster", strangers),
    ):
        if people:
            click.echo(f"{what}: {some([person.called for person in people], SHOWN)}")


@click.command()
@click.argument("out", type=FILE)
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "ipynb", "script"]),
    default="html",
    help="A page to read (default), the annotated notebook, or a Python script with comments.",
)
@STUDENTS
@EXERCISES
@BOOK
@COURSE
def feedback(
    out: Path,
    form: str,
    students: tuple[str, ...],
    exercises: tuple[str, ...],
    gradebook: str | None,
    course: Path | None,
) -> None:
    """Write OUT/feedback/<student>/<exercise>.html, .ipynb or .py from OUT's gradebook and its notebooks.

    Each is one file to hand back: the student's cells, with the results after the cells they belong to. The
    page has hints too, and `grade` makes it. In the notebook our cells are tagged grader-feedback.

    Example: grader feedback results --format ipynb --student 'a*'
    """
    from grader.pages.feedback.write_feedback import FOLDER, write_again
    from grader.term.standings import class_grades

    opened = open_course(course)
    with opened_book(out, gradebook) as book:
        count, without = write_again(class_grades(book, opened), opened, out, students, exercises, form)
    for grade in without:
        if grade.report and grade.report.submission_sha256:
            why = one_line(f"{grade.path} is gone or has changed since it was graded")
            click.echo(f"without cells: {one_line(grade.student)} {grade.exercise}: {why}")
    click.echo(f"{count} file{'' if count == 1 else 's'}: {out / FOLDER}")


@click.command()
def doctor() -> None:
    """Show the sandbox this machine offers and why, the limits, the versions, and the course's packages.

    Example: grader doctor
    """
    from grader.engine.doctor import examine

    packages: tuple[str, ...] = ()
    with suppress(GraderError):  # a machine can be examined without a course
        opened = open_course()
        packages = opened.packages(opened.exercises)
    for what, finding in examine(packages):
        click.echo(f"{what:22} {finding}")
