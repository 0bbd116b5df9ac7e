"""Fork servers on both rungs, the tiny course, and a browser."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import coverage.control
import pytest
from coverage import Coverage
from support.browser import open_chromium
from support.cells import GradeCells, judge_of
from support.paths import COURSE, TESTS

from grader.core.course import Course, Exercise
from grader.core.errors import GraderError
from grader.core.notebook import Notebook
from grader.core.report import Report
from grader.engine.submission import Submission
from grader.sandbox.forkserver import ForkServer
from grader.suite.session import SuiteSession

collect_ignore = ["course", "fixtures"]
_leave = os._exit


def _exit_measured(status: int) -> NoReturn:
    """End this process as `os._exit` does, after what it has covered is saved.

    Coverage's own patch saves again what the parent has covered, in every judge that a test forks.
    """
    with suppress(Exception):
        if measured := Coverage.current():
            measured.save()
    _leave(status)


os._exit = _exit_measured
# Coverage patches this process whenever it begins, and each patch of `fork` begins another one in every child: once is enough.
coverage.control.apply_patches = lambda *_: None


# What takes longest is begun first, so that no process has a long file left when the others have none.
LONG = [
    "promises/test_attacks", "promises/test_crashes", "sandbox/test_environments", "sandbox/test_endings", "engine/test_budget",
    "engine/test_packages", "pages/test_class_report", "term/test_api", "term/test_term", "exchange/test_intake",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; the order within a file stays."""
    rank = {TESTS / f"{name}.py": place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: rank.get(item.path, len(LONG)))


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """A test marked `no_cover` measures neither itself nor what it forks: measuring a judge multiplies what it costs.

    pytest-cov has paused its own coverage, but a process of xdist has others; a fork would begin again each that is left.
    """
    if not pyfuncitem.get_closest_marker("no_cover"):
        return (yield)
    stopped = []
    while measuring := Coverage.current():
        measuring.stop()
        stopped.append(measuring)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
        try:
            return (yield)
        finally:
            for measuring in reversed(stopped):
                measuring.start()


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


@pytest.fixture(scope="session")
def open_server() -> Iterator[ForkServer]:
    """A fork server without walls, for notebooks of our own."""
    yield from _server("none")


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


@pytest.fixture
def grade_on(exercise: Exercise, suite: SuiteSession) -> GradeCells:
    """Grade inline cells on the given server with the tiny course's hidden suite."""

    def run(server: ForkServer, cells: list[str]) -> Report:
        digest = hashlib.sha256("\0".join(cells).encode()).hexdigest()
        notebook = Notebook(tuple(enumerate(cells, 1)), digest)
        return judge_of(exercise, suite, server).grade_notebook(Submission("someone", exercise.slug, Path()), notebook)

    return run


@pytest.fixture
def grade_cells(grade_on: GradeCells, forkserver: ForkServer) -> GradeCells:
    """Grade inline cells behind bubblewrap: `grade_cells(cells) -> Report`."""
    return lambda cells: grade_on(forkserver, cells)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless Chromium of this machine."""
    yield from open_chromium()
