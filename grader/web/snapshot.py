"""The class as of now: kept in memory, and made again when the gradebook or the course has changed."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.grades import ClassGrades, Standing
from grader.core.report import Report
from grader.pages.addresses import safe_name
from grader.pages.feedback.write_feedback import exercise_text
from grader.pages.unchanged_pages import file_state
from grader.term.gradebook import Gradebook
from grader.term.gradebook.attempts import now, reports, verdicts
from grader.term.gradebook.history import fingerprint
from grader.term.standings import class_grades

PATIENCE_S = 0.5  # how long a page waits for what has changed before it shows what was there
QUARTER_S = 900
MARK_S = 0.3  # how old the last look at the gradebook may be
Mark = tuple[object, ...]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The class at one moment, and the course that it was made with; `number` counts snapshots."""

    grades: ClassGrades
    course: Course
    mark: Mark
    number: int

    @cached_property
    def keys(self) -> dict[str, str]:
        """Student → the key that stands for them in addresses."""
        return {standing.person.id: safe_name(standing.person.id) for standing in self.grades.standings}

    @cached_property
    def standings(self) -> dict[str, Standing]:
        """Key in addresses → the student."""
        return {self.keys[standing.person.id]: standing for standing in self.grades.standings}


class Live:
    """The newest snapshot that can be had without a long wait.

    Args:
        book: the gradebook; others may write to it at any time.
        root: the course's folder.

    Raises:
        GraderError: the gradebook or the course cannot be read.
    """

    def __init__(self, book: Gradebook, root: Path) -> None:
        self._book, self._root = book, root
        self._documents: dict[int, tuple[str, Report]] = {}
        self._lock, self._making = threading.Lock(), threading.Lock()
        self._marked: tuple[float, Mark] = (0.0, ())
        self._problem: tuple[Mark, GraderError] | None = None
        self._maker: threading.Thread | None = None
        self._snapshot = self._make(self._mark(), 1)

    def snapshot(self) -> Snapshot:
        """The class; just after a change it may be the old one, until the new one is made.

        Raises:
            GraderError: the class of now cannot be made.
        """
        mark = self._mark()
        if self._snapshot.mark == mark:
            return self._snapshot
        with self._lock:
            if self._maker is None or not self._maker.is_alive():
                self._maker = threading.Thread(target=self._try, args=(mark,), daemon=True)
                self._maker.start()
            maker = self._maker
        maker.join(PATIENCE_S)
        problem = self._problem
        if problem is not None and problem[0] == mark:
            raise problem[1]
        return self._snapshot

    def refresh(self) -> Snapshot:
        """The class with everything that is in the gradebook now.

        Raises:
            GraderError: it cannot be made.
        """
        self._marked = (0.0, ())
        return self._renewed(self._mark())

    def _try(self, mark: Mark) -> None:
        try:
            self._renewed(mark)
        except GraderError as error:
            self._problem = (mark, error)

    def _renewed(self, mark: Mark) -> Snapshot:
        with self._making:
            if self._snapshot.mark != mark:
                self._snapshot = self._make(mark, self._snapshot.number + 1)
            self._problem = None
            return self._snapshot

    def _make(self, mark: Mark, number: int) -> Snapshot:
        exercise_text.cache_clear()  # it knows a course by its folder alone
        course = Course(self._root)
        stamps = {verdict.id: verdict.graded_at for verdict in verdicts(self._book)}

        def load(book: Gradebook, ids: Sequence[int]) -> dict[int, Report]:
            at, read = now(), self._documents
            old = {i: read[i][1] for i in ids if i in read and read[i][0] == stamps.get(i)}
            new = reports(book, [i for i in ids if i not in old])
            # a report of this very second may be replaced within it
            read.update({i: (stamps[i], new[i]) for i in new if i in stamps and stamps[i] < at})
            return {**old, **new}

        return Snapshot(class_grades(self._book, course, load), course, mark, number)

    def _mark(self) -> Mark:
        at, mark = self._marked
        if time.monotonic() - at > MARK_S:
            quarter = int(time.time() // QUARTER_S)  # of an hour: a deadline may have passed
            mark = (*fingerprint(self._book), *course_mark(self._root), quarter)
            self._marked = (time.monotonic(), mark)
        return mark


def course_mark(root: Path) -> Mark:
    """Size and time of the last change of every file that verdicts and policies depend on."""
    course = Course(root)
    judging = (path for exercise in course.exercises.values() for path in exercise.judging_files().values())
    paths = [course.settings_file.path, *judging, *course.shared_files().values()]
    return tuple((str(path), *file_state(path.resolve())) for path in paths)
