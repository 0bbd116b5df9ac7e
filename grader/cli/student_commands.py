"""What students type: check, watch, list, hint, reset."""

import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from grader.cli.options import COURSE, FILE
from grader.core.course import Course, Exercise, open_course
from grader.core.errors import GraderError
from grader.core.files import path_from_here
from grader.core.report import QuestionResult, Status
from grader.core.safe_text import clean, one_line
from grader.student import reset as resetting
from grader.student.hints import exercise_of, hints_seen, next_hint, past_hints
from grader.student.progress import (
    ExerciseProgress,
    next_question,
    read_progress,
    record,
    standing,
    standings,
)
from grader.student.terminal_lines import mark, question_line
from grader.student.watch.terminal import print_course, watch_course

if TYPE_CHECKING:
    from grader.engine.as_graded import Check

SLUG = click.argument("exercise", metavar="[SLUG]", required=False)


@click.command()
@click.argument("notebooks", nargs=-1, type=FILE)
@click.option("--as-graded", is_flag=True, help="Run them in the sandbox and with the limits of grading.")
@COURSE
def check(notebooks: tuple[Path, ...], as_graded: bool, course: Path | None) -> None:
    """Check your own notebooks with the visible tests (default: every exercise).

    They run in your own Python, in their own folder. With --as-graded they run as when they are graded: in a
    sandbox that sees none of your files, without a network, with limits of time and memory.
    Exit code 0: all of them pass; 1: some do not; 2: a notebook cannot be checked.

    Example: grader check exercises/01_gates/01_gates.ipynb
    """
    opened = None
    try:
        opened = open_course(course)
    except GraderError:  # a notebook can be checked without its course
        if course or not notebooks:
            raise
    paths = notebooks or tuple(exercise.notebook for exercise in (opened.released if opened else {}).values())
    if not paths:
        raise GraderError("no notebook to check; name one: grader check 01_gates.ipynb")
    with _how_to_check(as_graded) as run:
        sys.exit(_check_all(run, paths, opened))


@contextmanager
def _how_to_check(graded: bool) -> Iterator["Check"]:
    """A check of one notebook; what a sandbox of this machine cannot do is told."""
    if graded:
        from grader.engine.as_graded import as_graded

        with as_graded() as (run, where):
            click.echo(one_line(where))
            yield run
    else:
        from grader.engine.selfcheck import check

        yield check


def _check_all(run: "Check", paths: Sequence[Path], course: Course | None) -> int:
    """Check each notebook, print what came of it, and remember it; the exit code."""
    from grader.pages.not_run import first_causes, is_said

    exit_code = 0
    for path in paths:
        try:
            checked = run(path, course)
        except GraderError as error:
            if len(paths) == 1:
                raise
            click.echo(f"\ngrader: {one_line(str(error))}", err=True)
            exit_code = error.exit_code
            continue
        if course is not None:
            record(course, path, checked.sha256, checked.questions)
        exit_code = exit_code or int(not checked.passed)
        click.secho(f"\n{one_line(path.name)}", bold=True)
        causes = first_causes(checked.questions)
        for cause in causes:
            click.echo(f"  {one_line(cause.words)}; {one_line(cause.cost)}")
        for number, words in checked.errors:
            if is_said(number, words, causes):
                continue
            click.echo(f"  cell {number} " + clean(words).replace("\n", "\n      "))
        for question in checked.questions:
            echo_question(question)
        passed = sum(question.status == Status.PASSED for question in checked.questions)
        click.echo(f"  {passed} of {len(checked.questions)} questions pass the visible tests")
    return exit_code


def echo_question(question: QuestionResult) -> None:
    """Print a question with its mark, and what failed in it."""
    sign = mark(question.status)
    name = click.style(f"{sign} {one_line(question.name)}", fg=str(sign.style))
    click.echo(f"  {name}  {question.status.word}")
    waiting = [test for test in question.tests if test.status in (Status.NOT_RUN, Status.NOT_ATTEMPTED)]
    for words in dict.fromkeys((test.message, test.diagnosis) for test in waiting):
        for line in filter(None, words):
            if line.rstrip(".") != "not attempted yet":
                click.echo(f"      {one_line(line)}")
    for test in question.tests:
        if not test.status.unsuccessful or test in waiting:
            continue
        for line in clean(f"{test.summary}\n{test.message}").splitlines():
            click.echo(f"      {line}")
        if test.diagnosis:
            click.secho(f"      This looks like: {one_line(test.diagnosis)}", fg="cyan")


@click.command()
@SLUG
@click.option(
    "--limit", type=click.FloatRange(min=1), metavar="SECONDS", help="For one check; default: by exercise."
)
@COURSE
def watch(exercise: str | None, limit: float | None, course: Path | None) -> None:
    """Check a notebook every time you save it; keys for hint, next, list, reset, quit.

    Leave it running in a terminal next to Jupyter.

    Example: grader watch
    """
    watch_course(open_course(course), exercise, limit)


@click.command()
@SLUG
@COURSE
def list(exercise: str | None, course: Path | None) -> None:
    """Show how far you are: every exercise, or every question of one.

    It shows the results of your last `grader check` or `grader watch`.

    Example: grader list 02_sigmoid
    """
    console = Console(highlight=False, markup=False, emoji=False)
    opened = open_course(course)
    progress = read_progress(opened)
    if exercise is not None:
        _print_questions(console, standing(exercise_of(opened, exercise), progress))
        return
    everything = standings(opened, progress)
    upcoming = next_question(everything, progress.at)
    print_course(console, everything, upcoming[0] if upcoming else "")
    if upcoming is None:
        console.print("everything passes", soft_wrap=True)
    else:
        slug, question = upcoming
        console.print(f"next: {question} in {_path_from_here(exercise_of(opened, slug))}", soft_wrap=True)


def _print_questions(console: Console, standing: ExerciseProgress) -> None:
    exercise = standing.exercise
    titles = {question.name: question.title for question in exercise.questions}
    width = max(map(len, titles), default=0) + 1
    console.print(f"{one_line(exercise.slug)}  {one_line(exercise.title)}", style="bold")
    for name, status in standing.questions.items():
        line = question_line(name, status, one_line(titles[name]), width)
        line.truncate(console.width, overflow="ellipsis")
        console.print(line, soft_wrap=True)
    if standing.changed or not standing.checked:
        state = "the notebook has changed since" if standing.changed else "not checked yet"
        console.print(f"{state}; run: grader check {_path_from_here(exercise)}", soft_wrap=True)


def _path_from_here(exercise: Exercise) -> str:
    """The notebook's path as the student would type it here."""
    return one_line(str(path_from_here(exercise.notebook)))


@click.command()
@SLUG
@click.argument("question", required=False)
@click.option("--again", is_flag=True, help="Show only the hints you have had.")
@COURSE
def hint(exercise: str | None, question: str | None, again: bool, course: Path | None) -> None:
    """Show the next hint for a question, by default the one you are at; with only SLUG, where hints are left.

    Example: grader hint 02_sigmoid sigmoid_grad
    """

    opened = open_course(course)
    if exercise is None:
        progress = read_progress(opened)
        upcoming = next_question(standings(opened, progress), progress.at)
        if upcoming is None:
            click.echo("everything passes: there is nothing to hint at")
            return
        exercise, question = upcoming
        click.echo(f"{one_line(exercise)}, {one_line(question)}:")
    chosen = exercise_of(opened, exercise)
    if question is None:
        for name, (seen, count) in hints_seen(opened, chosen).items():
            click.echo(f"  {name:28} {seen} of {count} hints seen")
        click.echo(f"next: grader hint {chosen.slug} QUESTION")
        return
    hints = past_hints(opened, chosen, question) if again else [next_hint(opened, chosen, question)]
    for each in hints:
        click.echo(_folded(f"hint {each.number} of {each.count}: {clean(each.text)}"))
    if not hints:
        click.echo(f"no hint seen yet; ask for one with: grader hint {chosen.slug} {question}")
    elif not hints[-1].remembered:
        click.echo("(this folder cannot be written to, so you will get the same hint next time)")
    elif not again:
        last = hints[-1].number == hints[-1].count
        click.echo("that was the last one" if last else "for the next one, ask again")


def _folded(text: str) -> str:
    """The text folded between words at the terminal's width; as it stands if it goes elsewhere."""
    if not sys.stdout.isatty():
        return text
    fold = textwrap.TextWrapper(
        max(20, shutil.get_terminal_size().columns), break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(fold.fill(line) for line in text.split("\n"))


def _can_ask() -> bool:
    return sys.stdin.isatty()


@click.command()
@click.argument("exercise", metavar="SLUG")
@click.option("--yes", is_flag=True, help="Do not ask.")
@COURSE
def reset(exercise: str, yes: bool, course: Path | None) -> None:
    """Reset a notebook to its original state; your work is backed up.

    Example: grader reset 02_sigmoid
    """

    opened = open_course(course)
    chosen = exercise_of(opened, exercise)
    if resetting.is_fresh(opened, chosen):
        click.echo(f"{chosen.slug} is in its original state: there is nothing to reset")
        return
    if not yes:
        if not _can_ask():
            raise GraderError(f"{chosen.slug}: nothing was reset, since you cannot be asked here; add --yes")
        if not click.confirm(f"Reset {chosen.slug}.ipynb to its original state? Your work is backed up."):
            click.echo("nothing was reset")
            return
    backup = resetting.reset(opened, chosen)
    click.echo(f"{chosen.slug} was reset")
    if backup is not None:
        click.echo(f"your work is in {one_line(str(backup))}")
    click.echo("if it is open in Jupyter: File, Reload Notebook from Disk")
