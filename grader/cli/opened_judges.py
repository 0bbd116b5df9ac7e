"""The judges of `grader grade`: here or on a cluster, started once, for the reference and for the class."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.options import Bar, progress_bar
from grader.core.course import Course
from grader.core.errors import CourseError
from grader.core.files import unless_refused
from grader.exchange.intake.handed_in import Intake

if TYPE_CHECKING:
    from grader.engine.judges import Backend

GO_ON = "; or grade others with --exercise, or this one all the same with --unproved"


@dataclass
class OpenedOnce:
    """The judges of one command: started when they are first needed, and the same from then on.

    Attributes:
        stack: ends them.
        unproved: to grade whatever the tests say of the reference.
        bar: what is shown now.
    """

    stack: ExitStack
    course: Course
    cluster: str | None
    jobs: int | None
    sandbox: str
    unproved: bool = False
    bar: Bar | None = None
    backend: Backend | None = None

    def open(self, slugs: set[str], bar: Bar) -> Backend:
        """The judges of these exercises; from now on this bar says what they do."""
        self.bar = bar
        if self.backend is None:
            self.backend = self.stack.enter_context(
                self._on_cluster(slugs) if self.cluster else self._here(slugs)
            )
        return self.backend

    def proved(self, take: Callable[..., Intake], source: Path | None, keep: Path) -> Intake | None:
        """What was handed in, if anything; if it cannot be graded, nothing of it is left in `keep`.

        Raises:
            GraderError: it cannot be read or graded.
        """
        if source is None:
            return None
        with unless_refused(keep):
            return self.fitting(take(source, keep=keep))

    def fitting(self, taken: Intake) -> Intake:
        """What was taken in, once the tests of its exercises are seen to fit, or we are told to go on.

        Raises:
            GraderError: it cannot; with the two ways to go on.
        """
        from grader.engine.gate import require_proof

        if self.unproved:
            return taken
        slugs = {each.slug for each in taken.handed}
        try:
            with ExitStack() as shown:  # nothing, if there is nothing to do
                bar = "trying the tests on the reference"
                require_proof(
                    self.course, slugs, lambda: self.open(slugs, shown.enter_context(progress_bar(bar)))
                )
        except CourseError as error:
            raise CourseError(f"{error}{GO_ON}") from None
        return taken

    def _on_cluster(self, slugs: set[str]) -> AbstractContextManager[Backend]:
        from grader.engine.cluster import open_cluster

        assert self.cluster
        return open_cluster(
            self.cluster, self.course, sorted(slugs), self.jobs, self.sandbox, self._print, self._describe
        )

    @contextmanager
    def _here(self, slugs: set[str]) -> Iterator[Backend]:
        from grader.engine.judges import open_local
        from grader.engine.packages import require_packages
        from grader.engine.sandboxed import Sandbox

        with open_local(self.sandbox, self.jobs) as local:
            require_packages(Sandbox.of(local.server), self.course.packages(sorted(slugs)))
            self._describe(f"grading in {local.server.rung}")
            yield local

    def _describe(self, text: str) -> None:
        if self.bar is not None:
            self.bar.describe(text)

    def _print(self, line: str) -> None:
        if self.bar is not None:
            self.bar.print(line)
