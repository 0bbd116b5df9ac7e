"""Grade from a program: one notebook in one call, or many whose reports come as they are ready."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from grader.core.course import Course, open_course
from grader.core.errors import GraderError
from grader.core.report import Report
from grader.engine.gate import require_proof
from grader.engine.judges import Backend, grade_all, open_local
from grader.engine.submission import Submission


def grade(
    notebook: Path | str,
    exercise: str,
    course: Course | Path | str | None = None,
    sandbox: str = "auto",
    unproved: bool = False,
) -> Report:
    """The report of one notebook; a sandbox is started for it and ended.

    Args:
        notebook: an `.ipynb`, or a script of cells (`.py`).
        exercise: which one it answers: "01_gates", or a unique beginning of it.
        course: its folder; by default the one that the working folder is in, or the installed one.
        sandbox: "auto" for the best that this machine offers, "bwrap", "landlock", or "none".
        unproved: grade even if the tests do not give the reference solution full marks.

    Raises:
        GraderError: no such file, exercise or course, no sandbox, or tests that do not fit their reference.
    """
    path = Path(notebook)
    if not path.exists():
        raise GraderError(f"{path}: no such file")
    with Grader(course, jobs=1, sandbox=sandbox, unproved=unproved) as grader:
        (report,) = grader.grade([Submission("", exercise, path)])
    return report


class Grader:
    """Judges that stay ready between calls: a context manager that grades any number of submissions.

    Args:
        course: its folder; by default the one that the working folder is in, or the installed one.
        jobs: how many judges at once; by default one for each core.
        sandbox: "auto" for the best that this machine offers, "bwrap", "landlock", or "none".
        cluster: where the judges are instead: "tcp://HOST:PORT" of a Dask scheduler, "slurm" or "local".
        unproved: grade even if the tests do not give the reference solution full marks.

    Raises:
        GraderError: no such course; on entering, no sandbox or cluster.
    """

    def __init__(
        self,
        course: Course | Path | str | None = None,
        jobs: int | None = None,
        sandbox: str = "auto",
        cluster: str | None = None,
        unproved: bool = False,
    ) -> None:
        self.course = course if isinstance(course, Course) else open_course(course)
        self._jobs, self._sandbox, self._cluster = jobs, sandbox, cluster
        self._unproved = unproved
        self._opened = ExitStack()
        self._backend: Backend | None = None

    def __enter__(self) -> "Grader":
        if self._cluster:
            from grader.engine.cluster import open_cluster

            slugs = self.course.exercises
            self._backend = self._opened.enter_context(
                open_cluster(self._cluster, self.course, slugs, self._jobs, self._sandbox)
            )
        else:
            self._backend = self._opened.enter_context(open_local(self._sandbox, self._jobs))
        return self

    def __exit__(self, *_: object) -> None:
        self._backend = None
        self._opened.close()

    def grade(
        self, submissions: Iterable[Submission], gradebook: Path | str | None = None
    ) -> Iterator[Report]:
        """Each submission's report, as soon as it is ready.

        Args:
            gradebook: a file or a database URL. Reports are kept in it; those that it has for the same
                content and tests come first and are not made again, so that a second run goes on.

        Raises:
            GraderError: no such exercise, tests that do not fit their reference, or the gradebook cannot be
                used.
        """
        if (backend := self._backend) is None:
            raise GraderError("the grader is not open: write `with grader.Grader(…) as g:`")
        resolved = [replace(one, exercise=self.course.find(one.exercise).slug) for one in submissions]
        if not self._unproved:
            require_proof(self.course, {one.exercise for one in resolved}, lambda: backend)
        if gradebook is None:
            return (report for _, report in grade_all(resolved, self.course, backend))
        return _kept(resolved, self.course, backend, gradebook)


def _kept(
    submissions: list[Submission], course: Course, backend: Backend, gradebook: Path | str
) -> Iterator[Report]:
    from grader.term.gradebook import open_gradebook
    from grader.term.gradebook.belonging import belong
    from grader.term.run import grade_and_keep

    with open_gradebook(gradebook) as book:
        belong(book, course)
        yield from grade_and_keep(submissions, course, backend, book)
