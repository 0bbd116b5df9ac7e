"""Fork servers on both rungs, a tiny course, and helpers that run cells given as strings."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.course import Course, Exercise
from grader.errors import GraderError
from grader.grading import Sandbox, blank_report
from grader.grading import grade_cells as grade_notebook
from grader.inside.zygote import descendants
from grader.notebook import Notebook
from grader.report import Report
from grader.sandbox.forkserver import ForkServer
from grader.sandbox.limits import Limits
from grader.student.remote import Student
from grader.student.sandboxed import SandboxedNotebook
from grader.suite.session import SuiteSession

collect_ignore = ["course"]
COURSE = Path(__file__).parent / "course"
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


def _server(rung: str) -> Iterator[ForkServer]:
    os.environ["GRADEBOOK_SECRET"] = "do not tell"  # of the judge's environment; no worker may see it
    try:
        server = ForkServer(rung)
    except GraderError as error:
        pytest.skip(f"this machine has no {rung} rung: {error}")
    with server:
        yield server


@pytest.fixture(scope="session")
def forkserver() -> Iterator[ForkServer]:
    """A fork server behind bubblewrap."""
    yield from _server("bwrap")


@pytest.fixture(scope="session")
def landlock_server() -> Iterator[ForkServer]:
    """A fork server behind Landlock."""
    yield from _server("landlock")


@pytest.fixture(params=["forkserver", "landlock_server"], ids=["bwrap", "landlock"])
def server(request: pytest.FixtureRequest) -> ForkServer:
    """Each of the two rungs in turn."""
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def exercise() -> Exercise:
    """The tiny course's only exercise."""
    return Course(COURSE).exercises["01_double"]


@pytest.fixture(scope="session")
def suite(exercise: Exercise) -> Iterator[SuiteSession]:
    """The tiny course's hidden suite, collected once."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    session = SuiteSession(exercise.hidden_suite)
    yield session
    session.close()


def sandbox_of(server: ForkServer) -> Sandbox:
    """What `grade` needs to know of a fork server."""
    return Sandbox(server.path, server.rung.name, home_of(server))


def home_of(server: ForkServer) -> Path | None:
    """Where the workers' homes are made on this rung."""
    return server.folder if server.rung.name != "bwrap" else None


@contextmanager
def opened(server: ForkServer, cells: list[str], limits: Limits = QUICK) -> Iterator[tuple[Student, SandboxedNotebook]]:
    """The cells, run in a worker: the student's names and the notebook that serves them."""
    with SandboxedNotebook(server.path, list(enumerate(cells, 1)), limits, home_in=home_of(server)) as notebook:
        yield Student(notebook), notebook


@pytest.fixture
def grade_on(exercise: Exercise, suite: SuiteSession) -> GradeCells:
    """Grade inline cells on the given server with the tiny course's hidden suite."""

    def run(server: ForkServer, cells: list[str]) -> Report:
        digest = hashlib.sha256("\0".join(cells).encode()).hexdigest()
        sandbox = sandbox_of(server)
        blank = blank_report("someone", exercise, suite, sandbox)
        return grade_notebook(Notebook(tuple(enumerate(cells, 1)), digest), exercise, suite, sandbox, "salt", blank)

    return run


@pytest.fixture
def grade_cells(grade_on: GradeCells, forkserver: ForkServer) -> GradeCells:
    """Grade inline cells behind bubblewrap: `grade_cells(cells) -> Report`."""
    return lambda cells: grade_on(forkserver, cells)


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
