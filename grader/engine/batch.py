"""Grade many submissions: share them out to judge processes, hand on every report as soon as it is there."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from grader.core.course import Course, Exercise
from grader.core.errors import GraderError
from grader.core.processes import work_for_parent
from grader.core.report import GradeStatus, Report
from grader.engine.submission import Sandbox, Submission, grade
from grader.sandbox.cores import Core
from grader.sandbox.forkserver import ForkServer
from grader.suite.session import SuiteSession

_JUDGE: dict[str, Any] = {}


class JudgeLost(Exception):
    """Whoever judged this submission is gone before there was a report; another may try."""


class Judges(Protocol):
    """Whoever judges: reports come as futures, as those of an executor of `concurrent.futures`."""

    def submit(self, submission: Submission) -> Future[Report]:
        """The report to come.

        The future's `JudgeLost` leaves this submission for the next round; `BrokenProcessPool` ends the
        round.
        """

    def room(self) -> int:
        """How many submissions may be under way at once, at least 1."""

    def look_after(self) -> None:
        """Called at least twice a second while anything is under way; what it raises ends the grading."""


class Place(Protocol):
    """Where judges are: this machine, or a cluster."""

    def judges(self, course: Course, alone: bool) -> AbstractContextManager[Judges]:
        """Judges for one round; `alone`: one submission at a time, so that nothing is blamed on a neighbour."""


def warm_judge() -> None:
    """Import what every judge needs, before the processes are forked: they share it."""
    import pytest  # noqa: F401
    import torch

    torch.set_num_threads(1)


def grade_all(
    submissions: list[Submission],
    course: Course,
    server: ForkServer | Place,
    jobs: int,
    done: Callable[[Submission, Report], None],
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Judge every submission; `done` is called with each one's report as it comes, once, and nothing is kept
    here.

    A judge process that dies takes nothing with it: what it had not finished is graded again by another. Once
    `stop` says so, what is being judged is finished and nothing else is begun.

    Args:
        server: the sandbox of this machine, or another place, which knows itself how many judges it has.
        jobs: judges on this machine.
    """
    place = Here(server, jobs) if isinstance(server, ForkServer) else server
    open_ones = list(range(len(submissions)))
    troubled: dict[int, Report] = {}  # without a score: they are tried again
    for attempt in range(3):
        if not open_ones or stop():
            break
        judged = set()
        for index, report in _round(submissions, open_ones, place.judges(course, alone=attempt == 2), stop):
            if report.score is None:
                troubled.setdefault(index, report)
            else:
                judged.add(index)
                done(submissions[index], report)
        open_ones = [index for index in open_ones if index not in judged]
    for index in open_ones:
        if index in troubled or not stop():
            done(submissions[index], troubled.get(index) or lost_report(submissions[index]))


def sandbox_of(server: ForkServer) -> Sandbox:
    """Where judges get their workers from."""
    return Sandbox(server.path, server.rung, server.homes)


@contextmanager
def judges(root: Path, jobs: int) -> Iterator[ProcessPoolExecutor]:
    """A sandbox of its own and so many judges over the course at `root`, for what is no submission.

    Raises:
        GraderError: no sandbox.
    """
    warm_judge()
    with ForkServer() as server:
        start = (root, sandbox_of(server))
        with ProcessPoolExecutor(jobs, multiprocessing.get_context("fork"), start_judge, start) as pool:
            yield pool


JUDGE_DIED = "our failure: the judge process died each time this notebook was graded; look at it by hand"


def lost_report(submission: Submission, problem: str = JUDGE_DIED) -> Report:
    """The report of a notebook that the judge broke on: ungraded, for a person to look at."""
    return Report(submission.student, submission.slug, None, 0.0, GradeStatus.UNGRADED, problem=problem)


def _round(
    submissions: list[Submission],
    indices: list[int],
    opened: AbstractContextManager[Judges],
    stop: Callable[[], bool],
) -> Iterator[tuple[int, Report]]:
    waiting: dict[Future[Report], int] = {}
    rest = iter(indices)
    with opened as judges:
        while True:
            judges.look_after()
            if stop():
                waiting = {future: index for future, index in waiting.items() if not future.cancel()}
            try:
                while not stop() and len(waiting) < judges.room() and (index := next(rest, None)) is not None:
                    waiting[judges.submit(submissions[index])] = index
                if not waiting:
                    return
                for future in wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED).done:
                    index = waiting.pop(future)
                    with suppress(JudgeLost):
                        yield index, future.result()
            except BrokenProcessPool:
                return


@dataclass(frozen=True)
class Here:
    """Judges on this machine: processes that share a sandbox."""

    server: ForkServer
    jobs: int

    @contextmanager
    def judges(self, course: Course, alone: bool) -> Iterator[Judges]:
        warm_judge()
        jobs, start = 1 if alone else self.jobs, (course.root, sandbox_of(self.server))
        with ProcessPoolExecutor(jobs, multiprocessing.get_context("fork"), start_judge, start) as pool:
            try:
                yield Processes(pool, 2 * jobs, self.server)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


@dataclass(frozen=True)
class Processes:
    """The judges of `Here` for one round."""

    pool: ProcessPoolExecutor
    most: int
    server: ForkServer

    def submit(self, submission: Submission) -> Future[Report]:
        return self.pool.submit(_judge, submission)

    def room(self) -> int:
        return self.most

    def look_after(self) -> None:
        if not self.server.alive():
            self.server.restart()  # on the same socket: judges that wait for a worker get one


def start_judge(root: Path, sandbox: Sandbox) -> None:
    """Make this process a judge: its course, its sandbox, and suites that are collected once."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    work_for_parent()
    _JUDGE.update(course=Course(root), sandbox=sandbox, suites={}, core=Core())


def judge_state() -> tuple[Course, Sandbox, dict[str, SuiteSession]]:
    """What `start_judge` prepared in this process."""
    return _JUDGE["course"], _JUDGE["sandbox"], _JUDGE["suites"]


def _judge(submission: Submission) -> Report:
    course, sandbox, suites = judge_state()
    exercise = course.exercises[submission.slug]
    try:
        return grade(submission, exercise, suite_of(exercise, suites), sandbox, course.salt)
    except GraderError:
        raise
    except Exception as error:  # whatever breaks in the judge is ours, and costs this notebook's verdict only
        return lost_report(submission, f"our failure: {type(error).__name__}: {error}"[:300])


def suite_of(exercise: Exercise, suites: dict[str, SuiteSession]) -> SuiteSession:
    """The warm session over an exercise's hidden suite, collected at its first use."""
    if exercise.slug not in suites:
        suites[exercise.slug] = SuiteSession(exercise.hidden_suite)
    return suites[exercise.slug]
