"""What several commands share: options, the gradebook they mean, and a progress bar."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.core.errors import GraderError
from grader.core.processes import cores
from grader.core.safe_text import one_line

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from grader.core.course import Course
    from grader.core.grades import ClassGrades
    from grader.term.gradebook import Gradebook

FILE = click.Path(path_type=Path)
JOBS = click.option(
    "--jobs", "-j", type=click.IntRange(1, 512), help="How many judges at once; default: one per core."
)
COURSE = click.option("--course", type=FILE, help="The course's folder; default: here or above.")
OUT = click.option("-o", "--out", type=FILE, help="The folder that `grade` wrote to; default: the one here.")
BOOK = click.option(
    "--gradebook", metavar="FILE|URL", help="Where results are kept; default: OUT/gradebook.sqlite."
)
EXERCISES = click.option(
    "--exercise", "exercises", multiple=True, metavar="SLUG", help="Only this exercise; may be repeated."
)
STUDENTS = click.option(
    "--student", "students", multiple=True, metavar="GLOB", help="Only these students; may be repeated."
)


def opened_book(out: Path | None, gradebook: str | None) -> Gradebook:
    """The gradebook named, or that of OUT, or the only one here.

    Raises:
        GraderError: there is none, or more than one.
    """
    from grader.term.gradebook import open_gradebook

    if gradebook and "://" in gradebook:
        return open_gradebook(gradebook)
    path = Path(gradebook) if gradebook else (out or folder_here()) / "gradebook.sqlite"
    if not path.is_file():
        raise GraderError(
            f"{path}: no gradebook there; grade first: grader grade SUBMISSIONS -o {out or 'OUT'}"
        )
    return open_gradebook(path)


def folder_here() -> Path:
    """The folder with a gradebook: this one or one below; this one if there is none.

    Raises:
        GraderError: there are several.
    """
    books = [Path("gradebook.sqlite"), *sorted(Path().glob("*/gradebook.sqlite"))]
    folders = [path.parent for path in books if path.is_file()]
    if len(folders) > 1:
        raise GraderError(f"several gradebooks here; choose one with -o: {', '.join(map(str, folders))}")
    return folders[0] if folders else Path()


@contextmanager
def graded_class(
    out: Path | None, gradebook: str | None, course: Path | None
) -> Iterator[tuple[Gradebook, Course, ClassGrades]]:
    """The gradebook, the course, and the grades of the whole class.

    Raises:
        GraderError: there is no such gradebook or course.
    """
    from grader.core.course import open_course
    from grader.term.standings import class_grades

    opened = open_course(course)
    with opened_book(out, gradebook) as book:
        yield book, opened, class_grades(book, opened)


@dataclass(frozen=True)
class Bar:
    """A progress bar on the screen."""

    shown: Progress
    task: TaskID

    def count(self, done: int, total: int) -> None:
        """Show how many are done; those done at the start do not count towards the speed."""
        if self.shown.tasks[0].completed == 0 and done > 1:
            self.shown.reset(self.task, completed=done, total=total)
        else:
            self.shown.update(self.task, completed=done, total=total)

    def step(self, total: int) -> None:
        """One more of `total` is done."""
        self.shown.update(self.task, advance=1, total=total)

    def tell(self, left: str) -> None:
        """Show the time that is left, in words."""
        self.shown.update(self.task, left=left)

    def describe(self, text: str) -> None:
        """Say what is being done."""
        self.shown.update(self.task, description=one_line(text))

    def print(self, line: str) -> None:
        """Print a line above the bar."""
        self.shown.console.print(one_line(line), highlight=False, markup=False)


@contextmanager
def progress_bar(description: str, told: bool = False) -> Iterator[Bar]:
    """A bar with count, time passed and time left; by its speed, unless that will be `told`."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}") if told else TimeRemainingColumn(),
    ) as shown:
        yield Bar(shown, shown.add_task(description, total=None, left=""))


def write_pages(grades: ClassGrades, course: Course, out: Path, jobs: int | None = None) -> Path:
    """Write scores, reports, pages and feedback to OUT, which the caller locks; the class report's path."""
    from grader.pages.write_results import write_results

    with progress_bar("feedback") as bar:
        return write_results(grades, course, out, bar.count, jobs or cores())
