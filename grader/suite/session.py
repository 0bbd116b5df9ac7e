"""A pytest session that stays warm: one suite is collected once and run for any number of submissions."""

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from _pytest.config import _prepareconfig

from grader.core.errors import CourseError, OurFailure
from grader.core.files import path_from_here
from grader.core.processes import no_longer_than
from grader.core.report import QuestionResult, TestResult
from grader.core.scoring import question_result
from grader.sandbox.inside import codec
from grader.suite.blame import line_in, line_of_test
from grader.suite.calls import CallText
from grader.suite.fixtures import fixtures_of
from grader.suite.origins import said_once
from grader.suite.plugin import SuitePlugin, question_of
from grader.suite.remote_student import Respond, Student
from grader.suite.sentences import summary_of

ARGUMENTS = """--noconftest --import-mode=importlib --assert=plain -p no:cacheprovider -p no:terminal
-p no:faulthandler -p no:doctest -p no:junitxml -p no:unraisableexception -p no:threadexception -p no:logging
-p no:capture -p no:setuponly -p no:setupplan -p no:pastebin -p no:stepwise -p no:debugging -p no:unittest
-p no:warnings""".split()
# pytest must not read a pytest.ini, conftest.py or setup.cfg from anywhere else.
SETTINGS = Path(__file__).with_name("suite.ini")
ENDS = (SystemExit, pytest.exit.Exception)  # a suite may raise these, but they must not end the judge
COLLECTING_S = 60.0  # importing PyTorch takes seconds; a suite that takes longer does not come to an end
NO_TESTS = "it has no tests; write functions whose names begin with test_, each with @question"
NEEDS = "these tests need {0}, which is not installed; install it: pip install {0}"
Tell = Callable[
    [int, TestResult | None], None
]  # a test's place in `SuiteSession.tests`, and its result once known
TORCH = " (on Linux without a GPU, PyTorch's CPU build is enough and much smaller)"


NOTHING: Mapping[int, TestResult] = {}


class SuiteSession:
    """One suite file, collected as pytest would; `run` drives its tests for one student.

    Raises:
        CourseError: the suite cannot be collected.
    """

    def __init__(self, suite: Path) -> None:
        self.suite = suite.resolve()
        self.plugin = SuitePlugin()
        self.problem, self._line = "", 0
        self.items: list[pytest.Item] = []
        self.tests: list[tuple[str, str, float, str]] = []
        places = ["-c", str(SETTINGS), f"--rootdir={self.suite.parent.parent}", str(self.suite)]
        self._config = _prepareconfig([*ARGUMENTS, *places], [self.plugin, fixtures_of(self.plugin), self])
        self._config._do_configure()
        self._session = pytest.Session.from_config(self._config)
        try:
            self._config.hook.pytest_sessionstart(session=self._session)
            with no_longer_than(COLLECTING_S):
                self._config.hook.pytest_collection(session=self._session)
            self.items = self._session.items
            for item in self.items:
                self._line = line_of_test(item)
                name, points = question_of(item)
                self.tests.append((item.name, name, points, summary_of(getattr(item, "obj", None))))
        except (pytest.UsageError, OurFailure) as error:
            self.problem = str(error)
        except (Exception, *ENDS) as error:
            self._note(error)
        self.plugin.questions = tuple(dict.fromkeys(question for _, question, _, _ in self.tests))
        self._forget_module()
        if self.problem or not self.items:
            self.close()
            line = f", line {self._line}" if self._line and self.problem else ""
            raise CourseError(f"{path_from_here(self.suite)}{line}: {self.problem or NO_TESTS}")

    def pytest_exception_interact(self, call: pytest.CallInfo[object]) -> None:
        """Remember why the suite cannot be collected."""
        if call.excinfo is not None and not self.problem:
            self._note(call.excinfo.value.__cause__ or call.excinfo.value)

    def _note(self, error: BaseException) -> None:
        """The problem, from what the suite raised while it was collected."""
        self._line = line_in(error, str(self.suite))
        text = " ".join((getattr(error, "msg", "") or str(error)).split())
        self.problem = f"cannot be collected ({type(error).__name__}: {text}); correct it"
        missing = getattr(error, "name", None) if isinstance(error, ModuleNotFoundError) else None
        if missing is not None:
            package = missing.partition(".")[0]
            self.problem = NEEDS.format(package) + (TORCH if package == "torch" else "")

    def _forget_module(self) -> None:
        """Another suite of the same name, or this one when it has changed, must not find this module."""
        for name, module in list(sys.modules.items()):
            if getattr(module, "__file__", None) == str(self.suite):
                del sys.modules[name]

    def run(
        self,
        student: Student,
        seed_text: str,
        deaths_allowed: int = 2,
        only: frozenset[str] = frozenset(),
        known: Mapping[int, TestResult] = NOTHING,
        tell: Tell = lambda place, result: None,
    ) -> tuple[QuestionResult, ...]:
        """Run every test against `student`, or those of the questions in `only`; a result for each question.

        Args:
            known: results of tests that are not run again, by their place in `tests`.
            tell: is told which test comes next, with None, and then its result.

        Raises:
            OurFailure: the judge broke.
            MemoryError: it has no memory left.
        """
        self.plugin.begin(student, seed_text, deaths_allowed)
        chosen = {n: item for n, item in enumerate(self.items) if not only or question_of(item)[0] in only}
        results = {place: known[place] for place in chosen if place in known}
        rest = [(place, item) for place, item in chosen.items() if place not in known]
        try:
            for (place, item), following in zip(rest, [*(item for _, item in rest[1:]), None], strict=False):
                tell(place, None)
                results[place] = _run_item(item, following, self.plugin)
                tell(place, results[place])
        except MemoryError:
            raise
        except (Exception, *ENDS) as error:
            raise OurFailure(f"the judge broke: {type(error).__name__}: {error}") from None
        questions: dict[str, list[TestResult]] = {}
        for place in chosen:
            questions.setdefault(self.tests[place][1], []).append(results[place])
        return said_once(question_result(name, tuple(tests)) for name, tests in questions.items())

    def rehearse(self) -> None:
        """Run every test against an empty notebook, so that a fork does nothing for the first time."""
        self.run(Student(Nobody()), "")

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
            CourseError: it cannot be collected.
            OSError: it cannot be read.
        """
        changed = suite.stat().st_mtime_ns
        known = self._sessions.get(suite)
        if known is not None and known[0] != changed:
            self._sessions.pop(suite)[1].close()
            known = None
        self._sessions[suite] = known or (changed, SuiteSession(suite))
        return self._sessions[suite][1]


class Nobody:
    """A channel to a notebook that defines nothing."""

    def exchange(self, frame: bytes, call: CallText, respond: Respond) -> tuple[bytes, bytes]:
        return codec.split(codec.pack(["error", {"kinds": ["MissingName"], "message": str(call)}]))


def _run_item(item: pytest.Item, following: pytest.Item | None, plugin: SuitePlugin) -> TestResult:
    """Call the three hooks of pytest's own loop, without its reports on each, which are not needed."""
    if getattr(item, "_request", None) is False:  # as after a run, by pytest's own loop or by this function
        item._initrequest()  # type: ignore[attr-defined]
    hook, error, kept_for = (
        item.config.hook,
        None,
        None,
    )  # the fixtures of a run that breaks are kept for nothing
    try:
        try:
            hook.pytest_runtest_setup(item=item)
            hook.pytest_runtest_call(item=item)
        except (KeyboardInterrupt, pytest.exit.Exception):
            raise
        except BaseException as problem:
            error = problem
        result = plugin.judge(item, error)
        kept_for = following
        return result
    finally:
        with suppress(Exception, SystemExit, pytest.skip.Exception, pytest.fail.Exception):
            # a fixture of the suite's that cannot be torn down does not change the verdict
            hook.pytest_runtest_teardown(item=item, nextitem=kept_for)
        item._request, item.funcargs = False, None  # type: ignore[attr-defined]
