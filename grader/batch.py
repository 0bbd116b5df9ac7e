"""Grade many submissions: share them out to judge processes, hand on every report as soon as it is there."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grader.course import Course, Exercise
from grader.errors import GraderError
from grader.grading import Sandbox, Submission, grade
from grader.report import Report
from grader.sandbox.forkserver import ForkServer
from grader.suite.session import SuiteSession

PR_SET_PDEATHSIG = 1
_JUDGE: dict[str, Any] = {}


def warm_judge() -> None:
    """Import what every judge needs, before the processes are forked: they share it."""
    import pytest  # noqa: F401
    import torch

    torch.set_num_threads(1)


def grade_all(
    submissions: list[Submission],
    course: Course,
    server: ForkServer,
    jobs: int,
    done: Callable[[Submission, Report], None],
    stop: Callable[[], bool] = lambda: False,
) -> list[Report]:
    """Every submission's report, in the order of `submissions`; `done` is called with each as it comes.

    A judge process that dies takes nothing with it: what it had not finished is graded again by another. Once `stop` says
    so, what is being judged is finished and nothing else is begun.
    """
    warm_judge()
    sandbox = sandbox_of(server)
    reports: dict[int, Report] = {}
    for attempt in range(3):
        open_ones = [i for i in range(len(submissions)) if i not in reports or reports[i].score is None]
        if not open_ones or stop():
            break
        for index, report in _round(submissions, open_ones, course.root, sandbox, jobs if attempt < 2 else 1, stop, server):
            if index not in reports or report.score is not None:
                reports[index] = report
                if report.score is not None:
                    done(submissions[index], report)
    for index, submission in enumerate(submissions):
        if index not in reports and stop():
            continue
        if index not in reports:
            reports[index] = lost_report(submission)
        if reports[index].score is None:
            done(submission, reports[index])
    return [reports[i] for i in sorted(reports)]


def sandbox_of(server: ForkServer) -> Sandbox:
    """Where judges get their workers from."""
    return Sandbox(server.path, server.rung.name, server.folder if server.rung.name != "bwrap" else None)


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
    return Report(submission.student, submission.slug, None, 0.0, "ungraded", problem=problem)


def _round(
    submissions: list[Submission],
    indices: list[int],
    root: Path,
    sandbox: Sandbox,
    jobs: int,
    stop: Callable[[], bool],
    server: ForkServer,
) -> Iterator[tuple[int, Report]]:
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(jobs, context, start_judge, (root, sandbox)) as pool:
        waiting: dict[Future[Report], int] = {}
        rest = iter(indices)
        try:
            while True:
                if not server.alive():
                    server.restart()  # on the same socket: judges that wait for a worker get one
                if stop():
                    waiting = {future: index for future, index in waiting.items() if not future.cancel()}
                while not stop() and len(waiting) < 2 * jobs and (index := next(rest, None)) is not None:
                    waiting[pool.submit(_judge, submissions[index])] = index
                if not waiting:
                    return
                for future in wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED).done:
                    yield waiting.pop(future), future.result()
        except BrokenProcessPool:
            return
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def start_judge(root: Path, sandbox: Sandbox) -> None:
    """Make this process a judge: its course, its sandbox, and suites that are collected once."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that hands out the work
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # and without that process there is nothing to do
    _JUDGE.update(course=Course(root), sandbox=sandbox, suites={})


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
