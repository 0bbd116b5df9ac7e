"""A pytest session that stays warm: one suite is collected once and run for any number of submissions."""

from __future__ import annotations

import queue
import re
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from grader.core.errors import GraderError, OurFailure
from grader.core.report import QuestionResult, question_result
from grader.suite.fixtures import fixtures_of
from grader.suite.plugin import SuitePlugin, docstring, question_of
from grader.suite.remote_student import Student

ARGUMENTS = """--noconftest --import-mode=importlib --assert=plain -p no:cacheprovider -p no:terminal
-p no:faulthandler -p no:doctest -p no:junitxml -p no:unraisableexception -p no:threadexception -p no:logging
-p no:capture -p no:setuponly -p no:setupplan -p no:pastebin -p no:stepwise -p no:debugging -p no:unittest
-p no:warnings""".split()

NEEDS = "these tests need {0}, which is not installed; install it: pip install {0}"
TORCH = " (on Linux without a GPU, PyTorch's CPU build is enough and much smaller)"
STOPS = (KeyboardInterrupt, pytest.exit.Exception)
# An empty one: pytest must not read a pytest.ini, conftest.py or setup.cfg from anywhere else.
SETTINGS = Path(__file__).with_name("suite.ini")


class SuiteSession:
    """`pytest.main` over one suite file, held open in its run loop; `run` drives all its tests for one
    student.

    Raises:
        GraderError: the suite cannot be collected.
    """

    def __init__(self, suite: Path) -> None:
        self.suite = suite.resolve()
        self.plugin = SuitePlugin()
        self.tests: list[tuple[str, str, float, str]] = []
        self.items: list[pytest.Item] = []
        self._orders: queue.Queue[frozenset[str] | None] = queue.Queue()
        self._answers: queue.Queue[BaseException | None] = queue.Queue()
        self._problems: list[str] = []
        self._thread = threading.Thread(target=self._main, name=f"suite {suite.parent.name}", daemon=True)
        self._thread.start()
        problem = self._answers.get()
        if problem is not None:
            raise problem

    def _main(self) -> None:
        loop = _Loop(self)
        root = str(self.suite.parent.parent)
        try:
            arguments = [*ARGUMENTS, "-c", str(SETTINGS), f"--rootdir={root}", str(self.suite)]
            code = pytest.main(arguments, [loop, fixtures_of(self.plugin)])
            self._forget_module()
            detail = self._problems[0] if self._problems else f"pytest stopped with exit code {int(code)}"
            self._answers.put(GraderError(f"{self.suite}: {detail}"))
        except BaseException as error:
            self._answers.put(OurFailure(f"{type(error).__name__}: {error}"))

    def _forget_module(self) -> None:
        """Another suite of the same name, or this one when it has changed, must not find this module."""
        for name, module in list(sys.modules.items()):
            if getattr(module, "__file__", None) == str(self.suite):
                del sys.modules[name]

    def run(
        self, student: Student, seed_text: str, deaths_allowed: int = 2, only: frozenset[str] = frozenset()
    ) -> tuple[QuestionResult, ...]:
        """Run every test against `student`, or those of the questions in `only`; one result a question, in
        order.
        """
        self.plugin.begin(student, seed_text, deaths_allowed)
        self._orders.put(only)
        problem = self._answers.get()
        if problem is not None:
            raise problem
        return self._questions()

    def run_here(
        self, student: Student, seed_text: str, deaths_allowed: int = 2
    ) -> tuple[QuestionResult, ...]:
        """As `run`, in the calling thread: for a fork of the process that collected, where no other thread
        came along.
        """
        self.plugin.begin(student, seed_text, deaths_allowed)
        _run_items(self.items, self.plugin)
        return self._questions()

    def _questions(self) -> tuple[QuestionResult, ...]:
        return tuple(question_result(name, tuple(tests)) for name, tests in self.plugin.results.items())

    def close(self) -> None:
        if self._thread.is_alive():
            self._orders.put(None)
            self._thread.join(10)


class _Loop:
    """The plugin that keeps the session in its run loop between submissions."""

    def __init__(self, session: SuiteSession) -> None:
        self.session = session

    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(self.session.plugin)
        config.addinivalue_line("markers", "question(name, points): the question a test belongs to")

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            last = str(report.longrepr).strip().splitlines()[-1].removeprefix("E").strip()
            problem = f"cannot be collected: {last}"
            if missing := re.fullmatch(r"ModuleNotFoundError: No module named '(\w+).*", last):
                problem = NEEDS.format(missing[1]) + (TORCH if missing[1] == "torch" else "")
            self.session._problems.append(problem)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed or not session.items:
            return True
        mine = self.session
        mine._forget_module()
        session.config.option.tbstyle = (
            "no"  # nobody reads pytest's tracebacks: 8 ms a failing test, for its source lines
        )
        mine.tests = [(i.name, *question_of(i), docstring(i)) for i in session.items]
        mine.items = session.items
        mine._answers.put(None)
        while (only := mine._orders.get()) is not None:
            items = [item for item in session.items if not only or question_of(item)[0] in only]
            try:
                _run_items(items, mine.plugin)
                mine._answers.put(None)
            except BaseException as error:
                mine._answers.put(OurFailure(f"the judge broke: {type(error).__name__}: {error}"))
        return True


def _run_items(items: list[pytest.Item], plugin: SuitePlugin) -> None:
    for item, following in zip(items, [*items[1:], None], strict=True):
        _run_item(item, following, plugin)


def _run_item(item: pytest.Item, following: pytest.Item | None, plugin: SuitePlugin) -> None:
    """The three hooks of pytest's own loop, without its reports on each of them, which nobody reads."""
    if (
        getattr(item, "_request", None) is False
    ):  # pytest's own loop leaves it so; what has run once is run again
        item._initrequest()  # type: ignore[attr-defined]
    hook, error = item.config.hook, None
    try:
        hook.pytest_runtest_setup(item=item)
        hook.pytest_runtest_call(item=item)
    except STOPS:
        raise
    except BaseException as problem:
        error = problem
    plugin.judge(item, error)
    try:
        hook.pytest_runtest_teardown(item=item, nextitem=following)
    except STOPS:
        raise
    except (
        BaseException
    ):  # after the verdict: nothing that a fixture of the suite leaves undone is the student's
        pass
    finally:
        item._request, item.funcargs = False, None  # type: ignore[attr-defined]
