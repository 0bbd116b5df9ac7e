"""`grader watch` on a terminal, or as plain lines without one; keys, files and the warm process begin and end
here.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from grader.core.course import Course, nearest
from grader.core.errors import GraderError
from grader.student.lines import bar, course_lines
from grader.student.progress import ExerciseProgress, students_exercises
from grader.student.watch.checker import FORKS, Checker
from grader.student.watch.keys import pressed_keys
from grader.student.watch.loop import Key, Saved, Watch
from grader.student.watch.saved_files import saved_notebooks
from grader.student.watch.screen import Size

PLAIN = Size(100, 1000)


class Terminal:
    """Draws over what was there on a terminal; elsewhere prints what is new."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, markup=False, emoji=False)
        self._last = ""

    def size(self) -> Size:
        """What fits, a row left for the cursor."""
        if not self.console.is_terminal:
            return PLAIN
        return Size(self.console.size.width, self.console.size.height - 1)

    def show(self, lines: list[Text]) -> None:
        """Show these lines, and no earlier ones."""
        if not self.console.is_terminal:
            text = "\n".join(line.plain for line in lines)
            if text == self._last:
                return
            self._last = text
        with self.console:  # written at once, so that it does not flicker
            if self.console.is_terminal:
                self.console.clear()
            for line in lines:
                self.console.print(line)
            if not self.console.is_terminal:
                self.console.print()

    def table(self, stand: list[ExerciseProgress], slug: str) -> None:
        """Show the course as a table."""
        with self.console:
            if self.console.is_terminal:
                self.console.clear()
            print_course(self.console, stand, slug)
            self.console.print(Text("any key: back", "reverse"))


def print_course(console: Console, stand: Sequence[ExerciseProgress], slug: str) -> None:
    """The course as a table, and how much of it passes."""
    rows = []
    for each in stand:
        note = "changed since" if each.changed else "" if each.checked else "not checked"
        rows.append((each.exercise.slug, each.exercise.title, each.passed, each.failed, each.untouched, note))
    for line in course_lines(rows, slug, console.width):
        console.print(line, soft_wrap=True)
    console.print(
        Text("\n" + bar(sum(each.passed for each in stand), sum(len(each.questions) for each in stand)))
    )


def watch_course(
    course: Course, slug: str | None = None, limit_s: float | None = None, forks: bool = FORKS
) -> None:
    """Watch the course's notebooks until `q` or Ctrl-C.

    Raises:
        GraderError: no such exercise, or none at all.
    """
    exercises = students_exercises(course)
    if not exercises:
        raise GraderError(f"{course.root}: no exercise to watch; copy the folder exercises/ here")
    start = nearest(slug, list(exercises), "exercise") if slug else ""
    terminal = Terminal()
    stop = threading.Event()
    with contextlib.closing(Checker(forks, limit_s)) as checker:
        watch = Watch(course, checker, terminal, start)
        folder = next(iter(exercises.values())).folder.parent
        files = threading.Thread(
            target=saved_notebooks,
            args=(folder, lambda saved: watch.events.put(Saved(saved)), stop),
            daemon=True,
        )
        files.start()
        try:
            with pressed_keys(lambda key: watch.events.put(Key(key))):
                terminal.console.show_cursor(False)
                watch.run()
        except KeyboardInterrupt:
            pass
        finally:
            stop.set()
            terminal.console.show_cursor(True)
            files.join(2)
