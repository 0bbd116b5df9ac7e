"""`grader watch` on a terminal, or as plain lines without one: keys, files and process start and end here."""

import contextlib
import threading
from collections.abc import Iterator, Sequence
from functools import partial

from rich.console import Console
from rich.text import Text

from grader.core.course import Course
from grader.core.errors import GraderError, nearest
from grader.student.progress import ExerciseProgress
from grader.student.terminal_lines import bar, course_lines
from grader.student.watch.checker import Checker
from grader.student.watch.keys import pressed_keys
from grader.student.watch.loop import Watch
from grader.student.watch.saved_files import saved_notebooks
from grader.student.watch.screen import Size

PLAIN = Size(100, 1000)


class Terminal:
    """Redraws the screen on a terminal; elsewhere prints what is new."""

    def __init__(self) -> None:
        self.console = Console(highlight=False, markup=False, emoji=False)
        self._last = ""

    def size(self) -> Size:
        """What fits, with a row left for the cursor."""
        if not self.console.is_terminal:
            return PLAIN
        return Size(self.console.size.width, self.console.size.height - 1)

    def show(self, lines: list[Text]) -> None:
        """Show these lines, and no earlier ones."""
        text = "\n".join(line.plain for line in lines)
        if text == self._last and not self.console.is_terminal:
            return
        self._last = text
        with self._cleared():
            for line in lines:
                self.console.print(line)
            if not self.console.is_terminal:
                self.console.print()

    def table(self, stand: list[ExerciseProgress], slug: str) -> None:
        """Show the course as a table."""
        with self._cleared():
            print_course(self.console, stand, slug)
            self.console.print(Text("any key: back", "reverse"))

    @contextlib.contextmanager
    def _cleared(self) -> Iterator[None]:
        """While inside, collect what is printed, then write it all at once, so that nothing flickers."""
        with self.console:
            if self.console.is_terminal:
                self.console.clear()
            yield


def print_course(console: Console, stand: Sequence[ExerciseProgress], slug: str) -> None:
    """The course as a table, and how much of it passes."""
    for line in course_lines(stand, slug, console.width):
        console.print(line, soft_wrap=True)
    console.print(Text("\n" + bar(stand)))


def watch_course(course: Course, slug: str | None = None, limit_s: float | None = None) -> None:
    """Watch the course's notebooks until `q` or Ctrl-C.

    Raises:
        GraderError: no such exercise, or none at all.
    """
    exercises = course.for_students
    if not exercises:
        raise GraderError(f"{course.root}: no exercise to watch; copy the folder exercises/ here")
    start = nearest(slug, list(exercises), "exercise") if slug else ""
    terminal = Terminal()
    stop = threading.Event()
    with contextlib.closing(Checker(limit_s=limit_s)) as checker:
        watch = Watch(course, checker, terminal, start)
        folder = next(iter(exercises.values())).folder.parent

        def saved(slug: str) -> None:
            watch.events.put(partial(watch.saved, slug))

        files = threading.Thread(target=saved_notebooks, args=(folder, saved, stop), daemon=True)
        files.start()
        try:
            with pressed_keys(lambda key: watch.events.put(partial(watch.key, key))):
                terminal.console.show_cursor(False)
                watch.run()
        except KeyboardInterrupt:
            pass
        finally:
            stop.set()
            terminal.console.show_cursor(True)
            files.join(2)
