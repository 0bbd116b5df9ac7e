"""A pytest session that stays warm: one suite is collected once and run for any number of submissions."""

import re
import sys
from pathlib import Path

import pytest
from _pytest.config import _prepareconfig

from grader.core.errors import GraderError, OurFailure
from grader.core.report import QuestionResult
from grader.core.scoring import question_result
from grader.suite.fixtures import fixtures_of
from grader.suite.plugin import SuitePlugin, question_of
from grader.suite.remote_student import Student
from grader.suite.sentences import summary_of

ARGUMENTS = """--noconftest --import-mode=importlib --assert=plain -p no:cacheprovider -p no:terminal
-p no:faulthandler -p no:doctest -p no:junitxml -p no:unraisableexception -p no:threadexception -p no:logging
-p no:capture -p no:setuponly -p no:setupplan -p no:pastebin -p no:stepwise -p no:debugging -p no:unittest
-p no:warnings""".split()
# pytest must not read a pytest.ini, conftest.py or setup.cfg from anywhere else.
SETTINGS = Path(__file__).with_name("suite.ini")
ENDS = (SystemExit, pytest.exit.Exception)  # a suite may raise these, but they must not end the judge
NEEDS = "these tests need {0}, which is not installed; install it: pip install {0}"
TORCH = " (on Linux without a GPU, PyTorch's CPU build is enough and much smaller)"


class SuiteSession:
    """One suite file, collected as pytest would; `run` drives its tests for one student.

    Raises:
        GraderError: the suite cannot be collected.
    """

    def __init__(self, suite: Path) -> None:
        self.suite = suite.resolve()
        self.plugin = SuitePlugin()
        self.problem = ""
        self.items: list[pytest.Item] = []
        self.tests: list[tuple[str, str, float, str]] = []
        places = ["-c", str(SETTINGS), f"--rootdir={self.suite.parent.parent}", str(self.suite)]
        self._config = _prepareconfig([*ARGUMENTS, *places], [self.plugin, fixtures_of(self.plugin), self])
        self._config._do_configure()
        self._session = pytest.Session.from_config(self._config)
        try:
            self._config.hook.pytest_sessionstart(session=self._session)
            self._config.hook.pytest_collection(session=self._session)
            self.items = self._session.items
            self.tests = [
                (item.name, *question_of(item), summary_of(getattr(item, "obj", None))) for item in self.items
            ]
        except (pytest.UsageError, OurFailure) as error:
            self.problem = str(error)
        except (Exception, *ENDS) as error:
            self.problem = f"cannot be collected: {type(error).__name__}: {error}"
        self._forget_module()
        if self.problem or not self.items:
            self.close()
            raise GraderError(f"{self.suite}: {self.problem or 'it has no tests'}")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember why the suite cannot be collected."""
        if report.failed and not self.problem:
            last = str(report.longrepr).strip().splitlines()[-1].removeprefix("E").strip()
            self.problem = f"cannot be collected: {last}"
            if missing := re.fullmatch(r"ModuleNotFoundError: No module named '(\w+).*", last):
                self.problem = NEEDS.format(missing[1]) + (TORCH if missing[1] == "torch" else "")

    def _forget_module(self) -> None:
        """Another suite of the same name, or this one when it has changed, must not find this module."""
        for name, module in list(sys.modules.items()):
            if getattr(module, "__file__", None) == str(self.suite):
                del sys.modules[name]

    def run(
        self, student: Student, seed_text: str, deaths_allowed: int = 2, only: frozenset[str] = frozenset()
    ) -> tuple[QuestionResult, ...]:
        """Run every test against `student`, or those of the questions in `only`; a result for each question.

        Raises:
            OurFailure: the judge broke.
        """
        self.plugin.begin(student, seed_text, deaths_allowed)
        items = [item for item in self.items if not only or question_of(item)[0] in only]
        try:
            for item, following in zip(items, [*items[1:], None], strict=True):
                _run_item(item, following, self.plugin)
        except (Exception, *ENDS) as error:
            raise OurFailure(f"the judge broke: {type(error).__name__}: {error}") from None
        return tuple(question_result(name, tuple(tests)) for name, tests in self.plugin.results.items())

    def close(self) -> None:
        """End the session as pytest does."""
        self._config.hook.pytest_sessionfinish(session=self._session, exitstatus=0)
        self._config._ensure_unconfigure()


class WarmSuites:
    """Suites by their files, collected once each, and again when the file has changed."""

    def __init__(self) -> None:
        self._sessions: dict[Path, tuple[int, SuiteSession]] = {}

    def get(self, suite: Path) -> SuiteSession:
        """The session of a suite.

        Raises:
            GraderError: it cannot be collected.
            OSError: it cannot be read.
        """
        changed = suite.stat().st_mtime_ns
        known = self._sessions.get(suite)
        if known is not None and known[0] != changed:
            self._sessions.pop(suite)[1].close()
            known = None
        self._sessions[suite] = known or (changed, SuiteSession(suite))
        return self._sessions[suite][1]


def _run_item(item: pytest.Item, following: pytest.Item | None, plugin: SuitePlugin) -> None:
    """Call the three hooks of pytest's own loop, without its reports on each, which are not needed."""
    if getattr(item, "_request", None) is False:  # as after a run, by pytest's own loop or by this function
        item._initrequest()  # type: ignore[attr-defined]
    hook, error = item.config.hook, None
    try:
        hook.pytest_runtest_setup(item=item)
        hook.pytest_runtest_call(item=item)
    except (KeyboardInterrupt, pytest.exit.Exception):
        raise
    except BaseException as problem:
        error = problem
    plugin.judge(item, error)
    try:
        hook.pytest_runtest_teardown(item=item, nextitem=following)
    except (KeyboardInterrupt, pytest.exit.Exception):
        raise
    except BaseException:  # a fixture of the suite's that cannot be torn down does not change the verdict
        pass
    finally:
        item._request, item.funcargs = False, None  # type: ignore[attr-defined]
