"""A cluster as a place of judges: orders go out by the scheduler, reports come back as futures."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from distributed import Client

from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.notebook import UnreadableNotebook, read_bytes
from grader.core.report import Report, report_from
from grader.engine.batch import JudgeLost, Judges, lost_report, warm_judge
from grader.engine.cluster.bundle import packed
from grader.engine.cluster.judge import judge, order
from grader.engine.submission import Sandbox, Submission, grade
from grader.suite.session import SuiteSession

UNDER_WAY = 3  # tasks a worker: one is judged, one waits there, one is on its way
LOOK_S = 1.0
MOMENT_S = 0.002
TASK_S, MOST_TOGETHER = (
    0.3,
    8,
)  # how long a task may take for which quick notebooks travel together, and how many


@dataclass
class Cluster:
    """The workers of one scheduler, prepared for one run.

    Args:
        where: how the person at the command line calls it.
        run: the name of the run, under which each worker has its `JudgePlugin`.
        bundles: hash of the exercise's bundle by slug.
        rung: the sandbox of the workers.
        most: how many workers may come in all, where the cluster grows with the work; 0: those that are
        there.
        patience_s: how long to wait when all workers are gone.
        look: told what the cluster is doing, about once a second.
        together: how many notebooks go in one task now.
        careful: a worker was lost.
    """

    client: Client
    where: str
    run: str
    bundles: dict[str, str]
    rung: str
    most: int
    patience_s: float
    look: Callable[[str], None]
    workers: int = 0
    looked: float = 0.0
    seen: float = field(default_factory=time.monotonic)
    refused: list[str] = field(default_factory=list)
    together: int = 1
    careful: bool = False
    suites: dict[str, SuiteSession] = field(default_factory=dict)

    @contextmanager
    def judges(self, course: Course, alone: bool) -> Iterator[Judges]:
        judges = Orders(self, course, alone)
        try:
            yield judges
        finally:
            if (
                judges.under_way and self.client.status == "running"
            ):  # an interrupt: the workers need not go on
                with suppress(Exception):
                    self.client.cancel(list(judges.under_way))

    def look_after(self) -> None:
        """See that scheduler and workers are there.

        Raises:
            GraderError: they are not, or a worker refuses to judge.
        """
        if self.refused:
            raise GraderError(self.refused[0])
        gone = f"{self.where}: the scheduler is gone; what was judged is kept: start it and run the same command again"
        if self.client.status != "running":
            raise GraderError(gone)
        now = time.monotonic()
        if now - self.looked < LOOK_S:
            return
        try:
            there = self.client.nthreads()
        except Exception:
            raise GraderError(gone) from None
        self.workers, self.looked = len(there), now
        if there:
            self.seen = now
        elif now - self.seen > self.patience_s:
            raise GraderError(
                f"{self.where}: no worker for {self.patience_s:.0f} s; what was judged is kept: "
                "start workers (dask worker SCHEDULER --nthreads 1) and run the same command again"
            )
        self.look(self.called)

    def took(self, each_s: float) -> None:
        """How long a notebook took; after a worker was lost each goes alone, so that none is blamed for a
        neighbour.
        """
        self.together = 1 if self.careful else max(1, min(MOST_TOGETHER, int(TASK_S / max(each_s, 0.001))))

    @property
    def called(self) -> str:
        """What a progress bar says."""
        if not self.workers:
            return f"waiting for workers of {self.where}"
        return f"grading on {self.workers} worker{'' if self.workers == 1 else 's'} in {self.rung}"


@dataclass
class Orders:
    """The judges of a `Cluster` for one round.

    A task costs Dask some milliseconds, whatever is in it; so quick notebooks go several in one, see
    `Cluster.together`.
    """

    cluster: Cluster
    course: Course
    alone: bool
    under_way: set[Any] = field(default_factory=set)
    waiting: list[tuple[Submission, bytes, Future[Report]]] = field(default_factory=list)

    def room(self) -> int:
        if self.alone:
            return 1
        return max(1, UNDER_WAY * self.cluster.together * max(self.cluster.workers, self.cluster.most))

    def look_after(self) -> None:
        self.cluster.look_after()

    def submit(self, submission: Submission) -> Future[Report]:
        """The report to come; it cannot be cancelled: at a stop, what is under way is finished."""
        answer: Future[Report] = Future()
        answer.set_running_or_notify_cancel()
        try:
            content = read_bytes(submission.path)
        except UnreadableNotebook:
            answer.set_result(self._unreadable(submission))
            return answer
        slug, suffix = submission.slug, ".py" if submission.path.suffix == ".py" else ".ipynb"
        one = order(slug, self.cluster.bundles[slug], suffix, content, self.course.salt)
        self.cluster.client.loop.add_callback(self._take, submission, one, answer)
        return answer

    def _take(self, submission: Submission, one: bytes, answer: Future[Report]) -> None:
        """In the thread of Dask's client, as all below: what comes within a moment travels together."""
        self.waiting.append((submission, one, answer))
        if len(self.waiting) == 1:
            self.cluster.client.loop.call_later(MOMENT_S, self._send)

    def _send(self) -> None:
        most = 1 if self.alone else self.cluster.together
        while self.waiting:
            several, self.waiting = self.waiting[:most], self.waiting[most:]
            try:
                task = self.cluster.client.submit(
                    judge,
                    self.cluster.run,
                    [one for _, one, _ in several],
                    key=f"judge-{uuid4().hex}",
                    pure=False,
                )
            except Exception as error:  # the client is closed: its scheduler is gone
                for _, _, answer in several:
                    answer.set_exception(JudgeLost(f"{type(error).__name__}: {error}"))
                continue
            self.under_way.add(task)
            self.cluster.client.loop.add_callback(self._follow, several, task)

    async def _follow(self, several: Sequence[tuple[Submission, bytes, Future[Report]]], task: Any) -> None:
        """Hand on what a task ends with; every end is an answer, or the round would wait for ever."""
        try:
            found = json.loads(await task)
            self.cluster.took(found["took_s"] / len(several))
            for (submission, _, answer), each in zip(several, found["answers"], strict=True):
                if "refused" in each:
                    self.cluster.refused.append(each["refused"])
                    raise JudgeLost(each["refused"])
                answer.set_result(replace(report_from(each["report"]), student=submission.student))
        except BaseException as error:  # KilledWorker, cancelled with its scheduler, a worker about to end
            self.cluster.careful, self.cluster.together = True, 1
            for _, _, answer in several:
                if not answer.done():
                    answer.set_exception(JudgeLost(f"{type(error).__name__}: {error}"))
        finally:
            self.under_way.discard(task)

    def _unreadable(self, submission: Submission) -> Report:
        """What is no file of bytes is judged here: there is nothing to send, and nothing to run."""
        exercise = self.course.exercises[submission.slug]
        if exercise.slug not in self.cluster.suites:
            warm_judge()
            self.cluster.suites[exercise.slug] = SuiteSession(exercise.hidden_suite)
        nowhere = Sandbox("", self.cluster.rung)
        try:
            return grade(submission, exercise, self.cluster.suites[exercise.slug], nowhere, self.course.salt)
        except GraderError:
            raise
        except Exception as error:
            return lost_report(submission, f"our failure: {type(error).__name__}: {error}"[:300])


def bundles_of(course: Course, slugs: list[str]) -> tuple[dict[str, str], dict[str, bytes]]:
    """Slug → hash and hash → content of what is to be judged.

    Raises:
        GraderError: see `packed`.
    """
    found = {slug: packed(course.find(slug)) for slug in slugs}
    return {slug: b.sha256 for slug, b in found.items()}, {b.sha256: b.content for b in found.values()}
