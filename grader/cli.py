"""The command line: one call a command; only this module prints or exits."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader import __version__
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.report import QuestionResult, Report

JOBS = click.option("--jobs", "-j", type=click.IntRange(1, 512), default=None, help="Judges at once; default: one a core.")
COURSE = click.option("--course", type=click.Path(path_type=Path), default=None, help="The course's folder.")


class Commands(click.Group):
    """Translates a `GraderError` once: one line, exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except GraderError as error:
            click.echo(f"grader: {error}", err=True)
            sys.exit(error.exit_code)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["check", "grade", "audit", "release", "doctor"]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def main() -> None:
    """Exercises and an automated grader for a deep-learning course."""


@main.command()
@click.argument("notebooks", nargs=-1, type=click.Path(path_type=Path))
@COURSE
def check(notebooks: tuple[Path, ...], course: Path | None) -> None:
    """Check your own notebooks with the visible tests (default: every exercise).

    Example: grader check exercises/01_gates/01_gates.ipynb
    """
    from grader.check import check as run
    from grader.course import open_course

    opened = None
    try:
        opened = open_course(course)
    except GraderError:
        if course or not notebooks:
            raise
    paths = notebooks or tuple(e.notebook for e in (opened.released if opened else {}).values())
    if not paths:
        raise GraderError("no notebook to check; name one: grader check 01_gates.ipynb")
    good = True
    for path in paths:
        checked = run(path, opened)
        good &= checked.passed
        click.secho(f"\n{path.name}", bold=True)
        for number, error in checked.errors:
            click.echo(f"  cell {number} stopped with {_clean(error)}")
        for question in checked.questions:
            _echo_question(question)
        done = sum(q.status == "passed" for q in checked.questions)
        click.echo(f"  {done} of {len(checked.questions)} questions pass the visible tests")
    sys.exit(0 if good else 1)


def _echo_question(question: QuestionResult) -> None:
    colour = {"passed": "green", "not_attempted": "yellow"}.get(question.status, "red")
    mark = {"passed": "✓", "not_attempted": "·"}.get(question.status, "✗")
    click.echo("  " + click.style(f"{mark} {question.name}", fg=colour) + f"  {question.status.replace('_', ' ')}")
    for test in question.tests:
        if test.status in ("passed", "not_attempted"):
            continue
        click.echo(f"      {_clean(test.summary)}")
        for line in _clean(test.message).splitlines():
            click.echo(f"      {line}")
        if test.diagnosis:
            click.secho(f"      This looks like: {_clean(test.diagnosis)}", fg="cyan")


def _clean(text: str) -> str:
    return "".join(c if c.isprintable() or c == "\n" else "·" for c in text)


@main.command()
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="Where scores and reports go.")
@JOBS
@click.option("--exercise", "exercises", multiple=True, metavar="SLUG", help="Only this exercise; may be repeated.")
@click.option("--student", "students", multiple=True, metavar="GLOB", help="Only these students; may be repeated.")
@click.option("--sandbox", type=click.Choice(["auto", "bwrap", "landlock", "none"]), default="auto", show_default=True)
@COURSE
def grade(
    submissions: Path,
    out: Path,
    jobs: int | None,
    exercises: tuple[str, ...],
    students: tuple[str, ...],
    sandbox: str,
    course: Path | None,
) -> None:
    """Grade SUBMISSIONS/<student>/<exercise>.ipynb with the hidden tests.

    Writes OUT/scores.csv, OUT/reports/<student>/<exercise>.json and OUT/index.html. Exit code 0 when every notebook was
    judged, 1 when some could not be.

    Example: grader grade submissions -o results --jobs 4
    """
    from grader.batch import find_submissions, grade_all, write_report
    from grader.course import open_course
    from grader.sandbox.forkserver import ForkServer

    opened = open_course(course)
    found = find_submissions(submissions, opened, exercises, students)
    _prepare(out)
    with ForkServer(sandbox) as server, _progress() as progress:
        task = progress.add_task(f"grading in {server.rung.name}", total=len(found))

        def done(report: Report) -> None:
            write_report(out, report)
            progress.advance(task)

        reports = grade_all(found, opened, server, jobs or os.cpu_count() or 1, done)
        rung = server.rung.name
    _summarise(reports, opened, sorted({s.slug for s in found}), out, rung)
    ungraded = [r for r in reports if r.score is None]
    for report in ungraded:
        click.echo(f"ungraded: {_clean(report.student)} {report.exercise}: {_clean(report.problem or 'a test broke')}")
    sys.exit(1 if ungraded else 0)


def _prepare(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / ".writable").write_text("")
        (out / ".writable").unlink()
    except OSError as error:
        raise GraderError(f"{out}: cannot be written ({error.strerror}); choose another folder with -o") from None


def _summarise(reports: list[Report], opened: Any, slugs: list[str], out: Path, rung: str) -> None:
    from rich.console import Console

    from grader.batch import write_atomically
    from grader.render.html import class_pages
    from grader.render.tables import scores_csv, scores_table

    best: dict[str, float] = {}
    for report in reports:
        best[report.exercise] = max(report.max_score, best.get(report.exercise, 0.0))
    columns = [(slug, best.get(slug, 0.0)) for slug in slugs]
    write_atomically(out / "scores.csv", scores_csv(reports, columns))
    titles = {slug: opened.exercises[slug].title for slug in slugs}
    for name, page in class_pages(reports, columns, titles, rung).items():
        write_atomically(out / name, page)
    Console().print(scores_table(reports, columns))
    click.echo(f"scores: {out / 'scores.csv'}\nreports: {out / 'reports'}\nclass report: {(out / 'index.html').resolve()}")


def _progress() -> Any:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    )


@main.command()
@click.argument("exercises", nargs=-1, metavar="[SLUG]...")
@click.option("--mutants", is_flag=True, help="Mutate the references and see that the hidden suites notice.")
@JOBS
@COURSE
def audit(exercises: tuple[str, ...], mutants: bool, jobs: int | None, course: Path | None) -> None:
    """Prove the course: stubs score 0, solutions 100 %, every variant exactly what it should.

    Example: grader audit 01_gates
    """
    if mutants:
        _audit_mutants(list(exercises), jobs, course)
    from grader.audit import Finding
    from grader.audit import audit as run
    from grader.course import open_course

    with _progress() as progress:
        task = progress.add_task("auditing", total=None)

        def done(finding: Finding, total: int) -> None:
            progress.update(task, total=total, advance=1)

        findings = run(open_course(course), list(exercises), jobs or os.cpu_count() or 1, done)
    wrong = [finding for finding in findings if finding.problem]
    for finding in wrong:
        click.echo(f"✗ {finding.case}: {finding.problem}")
    click.echo(f"{len(findings) - len(wrong)} cases as they should be, {len(wrong)} not")
    sys.exit(1 if wrong else 0)


def _audit_mutants(exercises: list[str], jobs: int | None, course: Path | None) -> None:
    from grader.course import open_course
    from grader.mutation import mutation_audit, tallies

    with _progress() as progress:
        task = progress.add_task("mutants", total=None)
        outcomes = mutation_audit(
            open_course(course), exercises, jobs or os.cpu_count() or 1,
            lambda total: progress.update(task, total=total, advance=1),
        )  # fmt: skip
    for outcome in outcomes:
        if outcome.result in ("survived", "elsewhere"):
            where = f" (lost only {', '.join(outcome.lost)})" if outcome.lost else ""
            click.echo(f"{outcome.result}: {outcome.slug}: {outcome.mutant}{where}")
    click.echo("exercise               mutants  killed  elsewhere  survived  equivalent  by the visible suite")
    for row in tallies(outcomes):
        click.echo(
            f"{row.slug:22} {row.mutants:7} {row.killed:7} {row.elsewhere:10} {row.survived:9} {row.equivalent:11} "
            f"{row.killed_by_visible:21}"
        )
    sys.exit(1 if any(outcome.result in ("survived", "elsewhere") for outcome in outcomes) else 0)


@main.command()
@click.option("--check", "only_check", is_flag=True, help="Change nothing; say what is out of date.")
@COURSE
def release(only_check: bool, course: Path | None) -> None:
    """Make exercises/ from solutions/: answers cut out, nothing private left.

    Example: grader release
    """
    from grader.course import open_course
    from grader.release import differences
    from grader.release import release as run

    opened = open_course(course)
    if only_check:
        problems = differences(opened)
        for problem in problems:
            click.echo(problem)
        sys.exit(1 if problems else 0)
    click.echo(f"{len(run(opened))} files written to {opened.root / 'exercises'}")


@main.command()
def doctor() -> None:
    """Say which sandbox this machine offers and why, the limits in force, and the versions.

    Example: grader doctor
    """
    from grader.doctor import examine

    for what, finding in examine():
        click.echo(f"{what:22} {finding}")


if __name__ == "__main__":
    main()
