"""What instructors type: grade, feedback, doctor."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.options import BOOK, COURSE, JOBS, advance, opened_book, progress_bar
from grader.core.text import one_line
from grader.exchange import SOURCES

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from grader.core.grades import ClassGrades
    from grader.engine.batch import Place
    from grader.sandbox.forkserver import ForkServer
    from grader.term.enrolment import TakenIn

SHOWN = 20
RECEIVED = "received"  # below OUT: what came out of archives


@click.command()
@click.argument("submissions", type=click.Path(path_type=Path), required=False)
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), required=True, help="Where scores and reports go."
)
@JOBS
@click.option(
    "--exercise", "exercises", multiple=True, metavar="SLUG", help="Only this exercise; may be repeated."
)
@click.option(
    "--student", "students", multiple=True, metavar="GLOB", help="Only these students; may be repeated."
)
@click.option(
    "--from",
    "kind",
    type=click.Choice(list(SOURCES)),
    help="What SUBMISSIONS is, if it is not recognised rightly.",
)
@click.option(
    "--roster", type=click.Path(path_type=Path), help="CSV with id,name,email…, or Canvas' or Moodle's own."
)
@click.option(
    "--sandbox", type=click.Choice(["auto", "bwrap", "landlock", "none"]), default="auto", show_default=True
)
@click.option("--cluster", metavar="PLACE", help="Judge on a Dask cluster: tcp://HOST:PORT, slurm or local.")
@BOOK
@click.option("--again", is_flag=True, help="Grade everything anew, also what is in the gradebook.")
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
    again: bool,
    course: Path | None,
) -> None:
    """Grade SUBMISSIONS with the hidden tests: a folder of students' folders, or what a learning platform
    gave you.

    Canvas' and Moodle's zips, nbgrader's submitted/, Gradescope's export and a single notebook are taken as
    they are. Without SUBMISSIONS everything is graded that the gradebook names and that has changed, or whose
    tests have. Writes OUT/scores.csv, OUT/reports/<student>/<exercise>.json,
    OUT/feedback/<student>/<exercise>.html and OUT/index.html. Exit code 0 when every notebook was judged, 1
    when some could not be.

    Example: grader grade submissions.zip -o results --roster class.csv
    """
    from grader.core.course import open_course
    from grader.core.errors import GraderError
    from grader.core.files import locked
    from grader.exchange.intake.take_in import take_in
    from grader.exchange.roster import read_roster
    from grader.pages.write import write_results
    from grader.term.enrolment import handed_before, whose
    from grader.term.gradebook import open_gradebook
    from grader.term.run import grade_class
    from grader.term.standings import class_grades, needs_every_attempt, not_in_class, policy_of

    opened = open_course(course)
    policy = policy_of(opened)
    workers = _workers(cluster, jobs) if cluster else 0
    here = os.cpu_count() or 1 if cluster else jobs or os.cpu_count() or 1
    listed = read_roster(roster) if roster else None
    if submissions is None and not gradebook and not (out / "gradebook.sqlite").is_file():
        raise GraderError(
            f"{out}: no gradebook there yet; say what to grade: grader grade SUBMISSIONS -o {out}"
        )
    intake = take_in(submissions, opened, out / RECEIVED, kind, exercises, students) if submissions else None
    with locked(out), open_gradebook(gradebook or out / "gradebook.sqlite") as book:
        taken = whose(book, intake or handed_before(book, opened, exercises, students), listed)
        _say_what_came(taken)
        with progress_bar() as bar:
            task = bar.add_task("grading", total=len(taken.handed))

            def open_server() -> AbstractContextManager[ForkServer | Place]:
                if cluster:
                    from grader.engine.cluster import open_cluster

                    slugs = sorted({one.slug for one in taken.handed})
                    return open_cluster(
                        cluster, opened, slugs, workers, sandbox,
                        tell=lambda line: bar.console.print(one_line(line), highlight=False, markup=False),
                        look=lambda doing: bar.update(task, description=one_line(doing)),
                    )  # fmt: skip
                from grader.sandbox.forkserver import ForkServer

                server = ForkServer(sandbox)
                bar.update(task, description=f"grading in {server.rung.name}")
                return server

            batch = grade_class(
                taken.handed, opened, open_server, book, here, again,
                lambda done, total: advance(bar, task, done, total),
                needs_every_attempt(policy),
            )  # fmt: skip
            if batch.kept:
                done_before = f"{batch.kept} of {batch.total} were graded before"
                bar.console.print(
                    f"{done_before} and are taken from the gradebook (--again for anew)", highlight=False
                )
            grades = class_grades(book, opened)
            task = bar.add_task("feedback", total=None)
            index = write_results(
                grades, opened, out, lambda done, total: bar.update(task, completed=done, total=total), here
            )
        _say_what_came_of_it(grades, batch.students, index, out)
        for student in not_in_class(policy, grades):
            click.echo(
                f"nobody in the class is called {one_line(student)}, who has an extension in course.toml"
            )
    if batch.stopped:
        click.echo(
            f"stopped: {batch.left} of {batch.total} are still to be graded; run the same command again to go on"
        )
        sys.exit(130)
    for report in batch.ungraded:
        click.echo(
            f"ungraded: {one_line(report.student)} {report.exercise}: {one_line(report.problem or 'a test broke')}"
        )
    sys.exit(1 if batch.ungraded else 0)


def _workers(cluster: str, jobs: int | None) -> int:
    """How many workers to ask `cluster` for.

    Raises:
        GraderError: it is no place for judges, or `--jobs` does not go with it.
    """
    from grader.core.errors import GraderError
    from grader.engine.cluster import check_place

    if check_place(cluster) == "slurm" and not jobs:
        raise GraderError("--cluster slurm: say how many workers there may be at most: --jobs N")
    if cluster not in ("slurm", "local") and jobs:
        raise GraderError(f"--jobs: {cluster} has the workers that were started for it; leave --jobs out")
    return jobs or os.cpu_count() or 1


def _say_what_came(taken: TakenIn) -> None:
    """What was recognised, and everything that was not taken as it stands."""
    intake = taken.intake
    if intake.kind != "plain" or taken.notes:
        click.echo(f"taken as {intake.kind}: {one_line(intake.why)}")
    for note in taken.notes[:SHOWN]:
        click.echo(f"  {one_line(note)}")
    if len(taken.notes) > SHOWN:
        click.echo(f"  … and {len(taken.notes) - SHOWN} more")
    for name, why in intake.unknown[:SHOWN]:
        click.echo(f"not taken: {one_line(name)}: {one_line(why)}")
    if len(intake.unknown) > SHOWN:
        click.echo(f"not taken: {len(intake.unknown) - SHOWN} more files")


def _say_what_came_of_it(grades: ClassGrades, students: frozenset[str], index: Path, out: Path) -> None:
    from rich.console import Console

    from grader.core.report import GradeStatus
    from grader.pages.scores_table import scores_table

    Console().print(scores_table(grades, students))
    if grades.roster:
        absent = [
            s.person.called
            for s in grades.standings
            if all(g.status == GradeStatus.MISSING for g in s.grades.values())
        ]
        strangers = [s.person.called for s in grades.standings if not s.person.enrolled]
        for what, names in (("handed in nothing at all", absent), ("not on the roster", strangers)):
            if names:
                more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
                click.echo(f"{what}: {', '.join(one_line(name) for name in names[:SHOWN])}{more}")
    click.echo(f"scores: {out / 'scores.csv'}\nreports: {out / 'reports'}\nfeedback: {out / 'feedback'}")
    click.echo(f"class report: {index.resolve()}")


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--student", "students", multiple=True, metavar="GLOB", help="Only these students; may be repeated."
)
@click.option(
    "--exercise", "exercises", multiple=True, metavar="SLUG", help="Only this exercise; may be repeated."
)
@BOOK
@COURSE
def feedback(
    out: Path,
    students: tuple[str, ...],
    exercises: tuple[str, ...],
    gradebook: str | None,
    course: Path | None,
) -> None:
    """Make OUT/feedback/<student>/<exercise>.html again from the gradebook of OUT and the notebooks it names.

    A page is one file to hand back: the student's cells with results, messages and hints beside the answers.
    `grade` makes them too.

    Example: grader feedback results --student 'a*'
    """
    from grader.core.course import open_course
    from grader.pages.feedback.write_feedback import FOLDER, write_again
    from grader.term.standings import class_grades

    opened = open_course(course)
    with opened_book(out, gradebook) as book:
        count, without = write_again(class_grades(book, opened), opened, out, students, exercises)
    for grade in without:
        if grade.report and grade.report.submission_sha256:
            why = f"{grade.path} is gone or has changed since it was graded"
            click.echo(f"without cells: {one_line(grade.student)} {grade.exercise}: {one_line(why)}")
    click.echo(f"{count} page{'' if count == 1 else 's'}: {out / FOLDER}")


@click.command()
def doctor() -> None:
    """Say which sandbox this machine offers and why, the limits in force, and the versions.

    Example: grader doctor
    """
    from grader.engine.doctor import examine

    for what, finding in examine():
        click.echo(f"{what:22} {finding}")
