"""What students type: check, watch, list, hint, reset."""

from __future__ import annotations

import shutil
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.options import COURSE, FILE, echo_question
from grader.core.errors import GraderError
from grader.core.text import clean, one_line

if TYPE_CHECKING:
    from grader.core.course import Exercise


@click.command()
@click.argument("notebooks", nargs=-1, type=FILE)
@COURSE
def check(notebooks: tuple[Path, ...], course: Path | None) -> None:
    """Check your own notebooks with the visible tests (default: every exercise).

    Example: grader check exercises/01_gates/01_gates.ipynb
    """
    from grader.core.course import open_course
    from grader.core.report import Status
    from grader.engine.selfcheck import check as run
    from grader.student.progress import record

    opened = None
    try:
        opened = open_course(course)
    except GraderError:
        if course or not notebooks:
            raise
    paths = notebooks or tuple(e.notebook for e in (opened.released if opened else {}).values())
    if not paths:
        raise GraderError("no notebook to check; name one: grader check 01_gates.ipynb")
    exit_code = 0
    for path in paths:
        try:
            checked = run(path, opened)
        except GraderError as problem:
            if len(paths) == 1:
                raise
            click.echo(f"\ngrader: {one_line(str(problem))}", err=True)
            exit_code = problem.exit_code
            continue
        if opened is not None:
            record(opened, path, checked.sha256, checked.questions)
        exit_code = exit_code or int(not checked.passed)
        click.secho(f"\n{one_line(path.name)}", bold=True)
        for number, error in checked.errors:
            click.echo(f"  cell {number} stopped with " + clean(error).replace("\n", "\n      "))
        for question in checked.questions:
            echo_question(question)
        done = sum(q.status == Status.PASSED for q in checked.questions)
        click.echo(f"  {done} of {len(checked.questions)} questions pass the visible tests")
    sys.exit(exit_code)


@click.command()
@click.argument("exercise", metavar="[SLUG]", required=False)
@click.option(
    "--limit", type=click.FloatRange(min=1), metavar="SECONDS", help="For one check; default: by exercise."
)
@COURSE
def watch(exercise: str | None, limit: float | None, course: Path | None) -> None:
    """Check a notebook every time you save it; keys for hint, next, list, reset, quit.

    Leave it running in a terminal beside Jupyter.

    Example: grader watch
    """
    from grader.core.course import open_course
    from grader.student.watch.terminal import watch_course

    watch_course(open_course(course), exercise, limit)


@click.command()
@click.argument("exercise", metavar="[SLUG]", required=False)
@COURSE
def list(exercise: str | None, course: Path | None) -> None:
    """Show how far you are: every exercise, or every question of one.

    It shows what `grader check` and `grader watch` found last.

    Example: grader list 02_sigmoid
    """
    from rich.console import Console

    from grader.core.course import open_course
    from grader.student.hints import exercise_of
    from grader.student.lines import question_line
    from grader.student.progress import next_question, read_progress, standing, standings
    from grader.student.watch.terminal import print_course

    console = Console(highlight=False, markup=False, emoji=False)
    opened = open_course(course)
    progress = read_progress(opened)
    if exercise is not None:
        mine = standing(exercise_of(opened, exercise), progress)
        titles = {
            str(question["name"]): str(question.get("title", "")) for question in mine.exercise.questions
        }
        width = max([len(name) for name in titles], default=0) + 1
        console.print(f"{one_line(mine.exercise.slug)}  {one_line(mine.exercise.title)}", style="bold")
        for name, status in mine.questions.items():
            line = question_line(name, status, one_line(titles[name]), width)
            line.truncate(console.width, overflow="ellipsis")
            console.print(line, soft_wrap=True)
        if mine.changed or not mine.checked:
            what = "the notebook has changed since" if mine.changed else "not checked yet"
            console.print(f"{what}; run: grader check {_shown(mine.exercise)}", soft_wrap=True)
        return
    stand = standings(opened, progress)
    found = next_question(stand, progress.at)
    print_course(console, stand, found[0] if found else "")
    where = f"next: {found[1]} in {_shown(exercise_of(opened, found[0]))}" if found else "everything passes"
    console.print(where, soft_wrap=True)


def _shown(exercise: Exercise) -> str:
    """The notebook's place as the student would type it here."""
    path = exercise.notebook
    return one_line(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))


@click.command()
@click.argument("exercise", metavar="[SLUG]", required=False)
@click.argument("question", required=False)
@click.option("--again", is_flag=True, help="Show the hints you have had, and no new one.")
@COURSE
def hint(exercise: str | None, question: str | None, again: bool, course: Path | None) -> None:
    """Show the next hint: for a question, or for the one that you are at; with only SLUG, where hints are
    left.

    Example: grader hint 02_sigmoid sigmoid_grad
    """
    from grader.core.course import open_course
    from grader.student.hints import exercise_of, hints_seen, next_hint, past_hints
    from grader.student.progress import next_question, read_progress, standings

    opened = open_course(course)
    if exercise is None:
        progress = read_progress(opened)
        found = next_question(standings(opened, progress), progress.at)
        if found is None:
            click.echo("everything passes: there is nothing to hint at")
            return
        exercise, question = found
        click.echo(f"{one_line(exercise)}, {one_line(question)}:")
    mine = exercise_of(opened, exercise)
    if question is None:
        for name, (seen, count) in hints_seen(opened, mine).items():
            click.echo(f"  {name:28} {seen} of {count} hints seen")
        click.echo(f"next: grader hint {mine.slug} QUESTION")
        return
    hints = past_hints(opened, mine, question) if again else [next_hint(opened, mine, question)]
    for each in hints:
        click.echo(_folded(f"hint {each.number} of {each.count}: {clean(each.text)}"))
    if not hints:
        click.echo(f"no hint seen yet; ask for one with: grader hint {mine.slug} {question}")
    elif not hints[-1].remembered:
        click.echo("(this folder cannot be written, so the same hint will come next time)")
    elif not again:
        last = hints[-1].number == hints[-1].count
        click.echo("that was the last one" if last else "for the next one, ask again")


def _folded(text: str) -> str:
    """The text in lines as long as the terminal is wide, if there is one, none broken within a word."""
    if not sys.stdout.isatty():
        return text
    width = max(20, shutil.get_terminal_size().columns)
    return "\n".join(
        textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)
        for line in text.split("\n")
    )


def _somebody_is_there() -> bool:
    return sys.stdin.isatty()


@click.command()
@click.argument("exercise", metavar="SLUG")
@click.option("--yes", is_flag=True, help="Do not ask.")
@COURSE
def reset(exercise: str, yes: bool, course: Path | None) -> None:
    """Put a notebook back to what was handed out; your work is kept in a copy beside it.

    Example: grader reset 02_sigmoid
    """
    from grader.core.course import open_course
    from grader.student.hints import exercise_of
    from grader.student.reset import is_fresh
    from grader.student.reset import reset as run

    opened = open_course(course)
    mine = exercise_of(opened, exercise)
    if is_fresh(opened, mine):
        click.echo(f"{mine.slug} is as it was handed out: there is nothing to reset")
        return
    if not yes:
        if not _somebody_is_there():
            raise GraderError(f"{mine.slug}: nothing was reset, since nobody can be asked here; say --yes")
        if not click.confirm(f"Reset {mine.slug}.ipynb to what was handed out? Your work is kept in a copy."):
            click.echo("nothing was reset")
            return
    backup = run(opened, mine)
    click.echo(f"{mine.slug} was reset")
    if backup is not None:
        click.echo(f"your work is in {one_line(str(backup))}")
    click.echo("if it is open in Jupyter: File, Reload Notebook from Disk")
