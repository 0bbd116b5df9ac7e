"""A cluster as a backend: Dask's executor sends notebooks out by the scheduler, and reports come back."""

import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from distributed import Client

from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.notebook import UnreadableNotebook, is_script, read_bytes
from grader.core.report import Report
from grader.engine.cluster.judge import judge
from grader.engine.judges import Judges
from grader.engine.submission import Submission

UNDER_WAY = 3  # tasks a worker: one is judged, one waits there, one is on its way
LOOK_S = 1.0


@dataclass
class ClusterBackend:
    """The workers of one scheduler, prepared for one run.

    Attributes:
        where: the name of the cluster in messages, as the person at the command line gave it.
        run: the name of the run, under which each worker has its `JudgePlugin`.
        rung: the sandbox of the workers.
        most: how many workers may come in all, where the cluster grows with the work; otherwise 0.
        patience_s: how long to wait when all workers are gone.
        look: told what the cluster is doing, about once a second.
    """

    client: Client
    where: str
    run: str
    rung: str
    most: int
    patience_s: float
    look: Callable[[str], None]
    workers: int = 0
    looked: float = 0.0
    seen: float = field(default_factory=time.monotonic)

    @contextmanager
    def judges(self, course: Course, slugs: Collection[str], most: int) -> Iterator[Judges]:
        executor: Executor = self.client.get_executor(pure=False)
        try:
            yield Judges(
                submit=lambda submission: self._submit(executor, submission),
                room=lambda: max(1, min(most, UNDER_WAY * max(self.workers, self.most))),
                look_after=self.look_after,
                cancel=lambda future: False,  # at a stop, what is under way is finished
            )
        except BaseException:  # the workers need not go on
            if self.client.status == "running":
                with suppress(Exception):
                    executor.shutdown(wait=False)
            raise

    def _submit(self, executor: Executor, submission: Submission) -> Future[Report]:
        suffix = ".py" if is_script(submission.path.name) else ".ipynb"
        content, unreadable = b"", ""
        try:
            content = read_bytes(submission.path)
        except UnreadableNotebook as problem:
            unreadable = str(problem)
        try:
            return executor.submit(judge, self.run, submission.exercise, suffix, content, unreadable)
        except Exception as error:  # the client has just lost its scheduler
            lost: Future[Report] = Future()
            lost.set_exception(error)
            return lost

    def look_after(self) -> None:
        """Check that the scheduler and workers are there.

        Raises:
            GraderError: they are not.
        """
        now = time.monotonic()
        try:
            if self.client.status != "running":
                raise ConnectionError
            if now - self.looked < LOOK_S:
                return
            self.workers, self.looked = len(self.client.nthreads()), now
        except Exception:
            raise GraderError(
                f"{self.where}: the scheduler is gone; what was judged is kept: start it and run the same "
                "command again"
            ) from None
        if self.workers:
            self.seen = now
            doing = f"grading on {self.workers} worker{'' if self.workers == 1 else 's'} in {self.rung}"
        else:
            doing = f"waiting for workers of {self.where}"
        if now - self.seen > self.patience_s:
            raise GraderError(
                f"{self.where}: no worker for {self.patience_s:.0f} s; what was judged is kept: "
                "start workers (dask worker SCHEDULER --nthreads 1) and run the same command again"
            )
        self.look(doing)
