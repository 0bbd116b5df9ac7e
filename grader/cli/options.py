"""What several commands share: options, a progress bar, a question's lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.core.errors import GraderError
from grader.core.text import clean, one_line

if TYPE_CHECKING:
    from grader.core.course import Course
    from grader.core.grades import ClassGrades
    from grader.core.report import QuestionResult
    from grader.term.gradebook import Gradebook

JOBS = click.option(
    "--jobs", "-j", type=click.IntRange(1, 512), default=None, help="Judges at once; default: one a core."
)
COURSE = click.option("--course", type=click.Path(path_type=Path), default=None, help="The course's folder.")
OUT = click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="The folder that `grade` wrote to; default: the one that is here.",
)
BOOK = click.option(
    "--gradebook", metavar="FILE|URL", help="Where results are kept; default: OUT/gradebook.sqlite."
)


def opened_book(out: Path | None, gradebook: str | None) -> Gradebook:
    """The gradebook of OUT, or another; without either the only one that is here.

    Raises:
        GraderError: there is none, or more than one.
    """
    from grader.term.gradebook import open_gradebook

    if gradebook and "://" in gradebook:
        return open_gradebook(gradebook)
    place = Path(gradebook) if gradebook else (out or folder_here()) / "gradebook.sqlite"
    if not place.is_file():
        remedy = f"grade first: grader grade SUBMISSIONS -o {out or 'OUT'}"
        raise GraderError(f"{place}: no gradebook there; {remedy}")
    return open_gradebook(place)


def folder_here() -> Path:
    """The folder with a gradebook, here or one below.

    Raises:
        GraderError: there are several.
    """
    here = [
        path.parent
        for path in (Path("gradebook.sqlite"), *sorted(Path().glob("*/gradebook.sqlite")))
        if path.is_file()
    ]
    if len(here) > 1:
        raise GraderError(f"several gradebooks are here; say which with -o: {', '.join(map(str, here))}")
    return here[0] if here else Path()


@contextmanager
def graded_class(
    out: Path | None, gradebook: str | None, course: Path | None
) -> Iterator[tuple[Gradebook, Course, ClassGrades]]:
    """The gradebook of OUT or another, the course, and what everybody has.

    Raises:
        GraderError: one of them is not there.
    """
    from grader.core.course import open_course
    from grader.term.standings import class_grades

    opened = open_course(course)
    with opened_book(out, gradebook) as book:
        yield book, opened, class_grades(book, opened)


def echo_question(question: QuestionResult) -> None:
    """A question with its mark in words, and what failed in it."""
    from grader.student.lines import mark

    sign = mark(question.status)
    name = click.style(f"{sign} {one_line(question.name)}", fg=str(sign.style))
    click.echo(f"  {name}  {question.status.word}")
    for test in question.tests:
        if not test.status.unsuccessful:
            continue
        for line in clean(f"{test.summary}\n{test.message}").splitlines():
            click.echo(f"      {line}")
        if test.diagnosis:
            click.secho(f"      This looks like: {one_line(test.diagnosis)}", fg="cyan")


def advance(bar: Any, task: Any, done: int, total: int) -> None:
    """So many are done; those that were from the start say nothing about the speed, so the time left is
    honest.
    """
    (now,) = (each for each in bar.tasks if each.id == task)
    if now.completed == 0 and done > 1:
        bar.reset(task, completed=done, total=total)
    else:
        bar.update(task, completed=done, total=total)


def progress_bar() -> Any:
    """A bar with count, time gone and time left."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
