"""What instructors type: grade, feedback, doctor."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.commands.screen import COURSE, JOBS, one_line, progress_bar
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.course import Course
    from grader.grading import Submission
    from grader.report import Report


@click.command()
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="Where scores and reports go.")
@JOBS
@click.option("--exercise", "exercises", multiple=True, metavar="SLUG", help="Only this exercise; may be repeated.")
@click.option("--student", "students", multiple=True, metavar="GLOB", help="Only these students; may be repeated.")
@click.option("--sandbox", type=click.Choice(["auto", "bwrap", "landlock", "none"]), default="auto", show_default=True)
@click.option("--gradebook", metavar="FILE|URL", help="Where results are kept; default: OUT/gradebook.sqlite.")
@click.option("--again", is_flag=True, help="Grade everything anew, also what is in the gradebook.")
@COURSE
def grade(
    submissions: Path,
    out: Path,
    jobs: int | None,
    exercises: tuple[str, ...],
    students: tuple[str, ...],
    sandbox: str,
    gradebook: str | None,
    again: bool,
    course: Path | None,
) -> None:
    """Grade SUBMISSIONS/<student>/<exercise>.ipynb with the hidden tests.

    Writes OUT/scores.csv, OUT/reports/<student>/<exercise>.json, OUT/feedback/<student>/<exercise>.html and
    OUT/index.html. Exit code 0 when every notebook was judged, 1 when some could not be.

    Example: grader grade submissions -o results --jobs 4
    """
    from grader.batch import find_submissions
    from grader.course import open_course
    from grader.files import locked
    from grader.gradebook import open_gradebook
    from grader.run import grade_class
    from grader.sandbox.forkserver import ForkServer

    opened = open_course(course)
    found = find_submissions(submissions, opened, exercises, students)
    with locked(out):
        rung = ""
        with open_gradebook(gradebook or out / "gradebook.sqlite") as book, progress_bar() as bar:
            task = bar.add_task("grading", total=len(found))

            def open_server() -> ForkServer:
                nonlocal rung
                server = ForkServer(sandbox)
                rung = server.rung.name
                bar.update(task, description=f"grading in {rung}")
                return server

            batch = grade_class(
                found, opened, open_server, book, out, jobs or os.cpu_count() or 1, again,
                lambda done, total: bar.update(task, completed=done, total=total),
            )  # fmt: skip
        reports = batch.reports
        if batch.kept:
            done_before = f"{batch.kept} of {len(found)} were graded before"
            click.echo(f"{done_before} and are taken from the gradebook (--again for anew)")
        if reports:
            rung = rung or str(reports[0].sandbox.get("rung", ""))
            _summarise(reports, opened, sorted({s.slug for s in found}), out, rung)
            _hand_back(reports, found, opened, out)
    if batch.stopped:
        left = len(found) - len(reports)
        click.echo(f"stopped: {left} of {len(found)} are still to be graded; run the same command again to go on")
        sys.exit(130)
    ungraded = [r for r in reports if r.score is None]
    for report in ungraded:
        click.echo(f"ungraded: {one_line(report.student)} {report.exercise}: {one_line(report.problem or 'a test broke')}")
    sys.exit(1 if ungraded else 0)


def _hand_back(reports: list[Report], found: list[Submission], opened: Course, out: Path) -> None:
    from grader.feedback import FOLDER, Judged, write_feedback

    paths = {(submission.student, submission.slug): submission.path for submission in found}
    judged = [Judged(report, paths[report.student, report.exercise]) for report in reports]
    with progress_bar() as bar:
        task = bar.add_task("feedback", total=len(judged))
        write_feedback(judged, opened, out, lambda done: bar.update(task, completed=done))
    click.echo(f"feedback: {out / FOLDER}")


def _summarise(reports: list[Report], opened: Any, slugs: list[str], out: Path, rung: str) -> None:
    from rich.console import Console

    from grader.files import write_in
    from grader.render.html import class_pages
    from grader.render.tables import scores_csv, scores_table

    best: dict[str, float] = {}
    for report in reports:
        best[report.exercise] = max(report.max_score, best.get(report.exercise, 0.0))
    columns = [(slug, best.get(slug, 0.0)) for slug in slugs]
    titles = {slug: opened.exercises[slug].title for slug in slugs}
    pages = {"scores.csv": scores_csv(reports, columns), **class_pages(reports, columns, titles, rung)}
    for name, page in pages.items():
        write_in(out, name, page)
    Console().print(scores_table(reports, columns))
    click.echo(f"scores: {out / 'scores.csv'}\nreports: {out / 'reports'}")
    click.echo(f"class report: {(out / 'index.html').resolve()}")


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--student", "students", multiple=True, metavar="GLOB", help="Only these students; may be repeated.")
@click.option("--exercise", "exercises", multiple=True, metavar="SLUG", help="Only this exercise; may be repeated.")
@click.option("--gradebook", metavar="FILE|URL", help="Where results are kept; default: OUT/gradebook.sqlite.")
@COURSE
def feedback(
    out: Path, students: tuple[str, ...], exercises: tuple[str, ...], gradebook: str | None, course: Path | None
) -> None:
    """Make OUT/feedback/<student>/<exercise>.html again from the gradebook of OUT and the notebooks it names.

    A page is one file to hand back: the student's cells with results, messages and hints beside the answers. `grade`
    makes them too.

    Example: grader feedback results --student 'a*'
    """
    from grader.course import open_course
    from grader.feedback import FOLDER, write_again
    from grader.gradebook import open_gradebook

    opened = open_course(course)
    place = gradebook or out / "gradebook.sqlite"
    if isinstance(place, Path) and not place.is_file():
        raise GraderError(f"{place}: no gradebook there; grade first: grader grade SUBMISSIONS -o {out}")
    with open_gradebook(place) as book:
        count, without = write_again(book, opened, out, students, exercises)
    for judged in without:
        if judged.report.submission_sha256:
            why = f"{judged.path} is gone or has changed since it was graded"
            click.echo(f"without cells: {one_line(judged.report.student)} {judged.report.exercise}: {one_line(why)}")
    click.echo(f"{count} page{'' if count == 1 else 's'}: {out / FOLDER}")


@click.command()
def doctor() -> None:
    """Say which sandbox this machine offers and why, the limits in force, and the versions.

    Example: grader doctor
    """
    from grader.doctor import examine

    for what, finding in examine():
        click.echo(f"{what:22} {finding}")
