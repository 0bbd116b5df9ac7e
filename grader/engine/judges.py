"""Grade many submissions: share them among judge processes, hand over each report as soon as it is ready."""

import gc
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, as_completed, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Protocol, TypeVar

from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.processes import cores, fork_pool, work_for_parent
from grader.core.report import Report
from grader.engine.sandboxed import Sandbox
from grader.engine.submission import Judge, Submission, lost_report
from grader.engine.verdict_key import verdict_key
from grader.sandbox.core_claims import Core
from grader.sandbox.forkserver import ForkServer
from grader.sandbox.inside.forking import settle

JUDGE_DIED = "our failure: the judge process died each time this notebook was graded; look at it by hand"
MANY = 100  # notebooks; to settle costs half a second of CPU, and saves some hundredth of one for each
Part = TypeVar("Part")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Judges:
    """The judges of one round.

    Attributes:
        submit: gives the report to come. A `GraderError` as its exception ends the grading, and
            `BrokenProcessPool` the round; anything else leaves the submission for the next round.
        room: how many submissions may be under way at once, at least 1.
        look_after: called at least twice a second while work is under way; what it raises ends the grading.
        cancel: whether a submission that is under way could be taken back at a stop.
    """

    submit: Callable[[Submission], Future[Report]]
    room: Callable[[], int]
    look_after: Callable[[], None]
    cancel: Callable[[Future[Report]], bool] = Future.cancel


class Backend(Protocol):
    """Where the judges are: on this machine, or on a cluster."""

    def judges(self, course: Course, slugs: Collection[str], most: int) -> AbstractContextManager[Judges]:
        """Judges for one round of these exercises, in which at most `most` submissions are judged at once."""


def number_of_judges(jobs: int | None = None) -> int:
    """How many judges to run at once on this machine: `jobs`, by default one for each core."""
    return jobs or cores()


def grade_all(
    submissions: Iterable[Submission],
    course: Course,
    backend: Backend,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[Submission, Report]]:
    """Each submission with its report, once, as the reports come; nothing is kept here.

    A judge process that dies costs nothing: what it had not finished is graded again by another. Once `stop`
    says so, what is under way is finished and nothing else is begun.
    """
    waiting = dict.fromkeys(submissions)
    troubled: dict[Submission, Report] = {}  # without a score: they are tried again
    for last in (False, False, True):
        if not waiting or stop():
            break
        most = 1 if last else len(waiting)  # alone, none is blamed for a neighbour
        slugs = {submission.exercise for submission in waiting}
        for submission, report in _round(list(waiting), backend.judges(course, slugs, most), stop):
            if report.score is None:
                troubled.setdefault(submission, report)
            else:
                del waiting[submission]
                yield submission, report
    for submission in waiting:
        if submission in troubled or not stop():
            yield submission, troubled.get(submission) or lost_report(submission, JUDGE_DIED)


def _round(
    submissions: Iterable[Submission], opened: AbstractContextManager[Judges], stop: Callable[[], bool]
) -> Iterator[tuple[Submission, Report]]:
    """The reports of those whose judge did not die."""
    rest = iter(submissions)
    under_way: dict[Future[Report], Submission] = {}
    with opened as judges, suppress(BrokenProcessPool):
        while True:
            judges.look_after()
            if stop():
                rest = iter(())
                under_way = {future: one for future, one in under_way.items() if not judges.cancel(future)}
            for submission in islice(rest, max(0, judges.room() - len(under_way))):
                under_way[judges.submit(submission)] = submission
            if not under_way:
                return
            for future in wait(under_way, timeout=0.5, return_when=FIRST_COMPLETED).done:
                submission = under_way.pop(future)
                try:
                    report = future.result()
                except (GraderError, BrokenProcessPool):
                    raise
                except Exception:  # its judge died
                    continue
                yield submission, replace(report, student=submission.student)


@dataclass
class LocalBackend:
    """Judges on this machine: processes that share a sandbox, by default one for each core."""

    server: ForkServer
    jobs: int | None = None
    _judge: tuple[Course, Judge] | None = None
    _keys: dict[str, str] = field(default_factory=dict)

    def judge(self, course: Course, slugs: Iterable[str]) -> Judge:
        """The judge that all processes are forked from; it collects a suite once, until its files change."""
        keys = {slug: verdict_key(course, slug) for slug in slugs}
        changed = any(self._keys.get(slug, key) != key for slug, key in keys.items())
        if self._judge is None or self._judge[0] is not course or changed:
            warm_judge()
            self._judge, self._keys = (
                (course, Judge(course.exercises, course.salt, Sandbox.of(self.server))),
                {},
            )
        self._keys |= keys
        return self._judge[1]

    @contextmanager
    def judges(self, course: Course, slugs: Collection[str], most: int) -> Iterator[Judges]:
        jobs = min(most, number_of_judges(self.jobs))
        with judge_processes(self.judge(course, slugs), jobs, slugs, most) as pool:
            yield Judges(
                submit=lambda submission: pool.submit(in_judge, Judge.grade, submission),
                room=lambda: 2 * jobs,
                look_after=self._revive,
            )

    def _revive(self) -> None:
        if not self.server.alive():
            self.server.restart()  # on the same socket: judges that wait for a worker get one


@contextmanager
def open_local(rung: str = "auto", jobs: int | None = None) -> Iterator[LocalBackend]:
    """Start a sandbox on this machine, for as many judges as `number_of_judges` says.

    Raises:
        GraderError: there is no sandbox.
    """
    with ForkServer(rung) as server:
        yield LocalBackend(server, jobs)


def in_judges(
    task: Callable[[Judge, Part], Result], parts: Iterable[Part], course: Course, jobs: int | None
) -> Iterator[Result]:
    """`task` of every part, in judge processes with a sandbox of their own; results as they come.

    Raises:
        GraderError: there is no sandbox, or the task raised it.
    """
    with ForkServer() as server:
        judge = Judge(course.exercises, course.salt, Sandbox.of(server))
        with judge_processes(judge, number_of_judges(jobs)) as pool:
            for future in as_completed([pool.submit(in_judge, task, part) for part in parts]):
                yield future.result()


@contextmanager
def judge_processes(
    judge: Judge, jobs: int, slugs: Collection[str] = (), most: int = MANY
) -> Iterator[ProcessPoolExecutor]:
    """Processes that run `in_judge`, forked from this one, so that they share what it has loaded.

    Args:
        slugs: exercises whose suites are collected here and now; others are when they are first needed.
        most: how many notebooks are expected.

    Raises:
        GraderError: a suite cannot be collected, or no process can be forked.
    """
    warm_judge()
    for slug in slugs:
        judge.suite(judge.exercises[slug].hidden_suite)
    (settle if most >= MANY else gc.freeze)()
    try:
        with fork_pool(jobs, _become_judge, judge, os.getpid()) as pool:
            try:
                yield pool
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    finally:
        gc.unfreeze()


def warm_judge() -> None:
    """Import what every judge needs before the processes are forked: they share it."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = (
        "1"  # others' plugins take time to load, and may do anything
    )
    import pytest  # noqa: F401
    import torch

    torch.set_num_threads(1)


_JUDGE: list[tuple[Judge, Core]] = []  # of a judge process: what it works with, and the core that it holds


def _become_judge(judge: Judge, parent: int) -> None:
    work_for_parent(parent)
    _JUDGE.append((judge, Core()))


def in_judge(task: Callable[[Judge, Part], Result], part: Part) -> Result:
    """`task` of a part, where `judge_processes` has started this process."""
    return task(_JUDGE[0][0], part)
