"""Cells given as strings, run in a worker, and what is asked of the processes that run them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from grader.core.course import Exercise
from grader.core.course_settings import Limits
from grader.core.report import Report
from grader.engine.sandboxed import Sandbox, SandboxedNotebook
from grader.engine.submission import Judge
from grader.sandbox.forkserver import ForkServer
from grader.sandbox.inside.family import descendants as descendants
from grader.suite.remote_student import Student
from grader.suite.session import SuiteSession

QUICK = Limits(call_cpu_s=0.5, cell_cpu_s=1.0, submission_cpu_s=20.0, wall_factor=1.0, wall_extra_s=1.0, memory_mb=512)
DOUBLE = "def double(x):\n    return 2 * x"
COUNTER = """class Counter:
    def __init__(self):
        self.sum = 0

    def add(self, n):
        self.sum += n

    def total(self):
        return self.sum"""
APPLY = "def apply(f, x):\n    return f(x)"
RIGHT = [DOUBLE, COUNTER, APPLY]
WRONG = [
    "def double(x):\n    return 2 * x + 1",
    COUNTER.replace("self.sum += n", "self.sum = n"),
    "def apply(f, x):\n    return f(x) + 1",
]

GradeCells = Callable[..., Report]


def judge_of(exercise: Exercise, suite: SuiteSession, server: ForkServer) -> Judge:
    """A judge of one exercise in this process, with its hidden suite."""
    return Judge({exercise.slug: exercise}, "salt", Sandbox.of(server), {exercise.hidden_suite: suite})


@contextmanager
def opened(server: ForkServer, cells: list[str], limits: Limits = QUICK) -> Iterator[tuple[Student, SandboxedNotebook]]:
    """The cells, run in a worker: the student's names and the notebook that serves them."""
    with SandboxedNotebook(Sandbox.of(server), list(enumerate(cells, 1)), limits) as notebook:
        yield Student(notebook), notebook


def family(server: ForkServer) -> set[int]:
    """Every process below the fork server, as seen from outside the sandbox."""
    return set(descendants(server.zygote.process.pid))


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether the condition comes true before patience ends."""
    for _ in range(1_200):
        if condition():
            return True
        time.sleep(0.05)
    return condition()
