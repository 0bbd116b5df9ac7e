"""The pytest plugin: the student at hand, and from each test's outcome a `TestResult`."""

import builtins
import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress

import pytest

from grader.core.cells import defining_cells, loop_in
from grader.core.errors import OurFailure
from grader.core.report import CellResult, Status, TestResult
from grader.suite.blame import is_ours
from grader.suite.checks import Mismatch
from grader.suite.exceptions import (
    Crashed,
    Died,
    NotAttempted,
    StudentFailure,
    nearest_name,
    shortened,
    undefined,
)
from grader.suite.remote_student import Student
from grader.suite.sentences import FloatArray, summary_of

OUR_FAULTS = (OurFailure, NameError, ImportError, SyntaxError, OSError)
ENDED = (Status.TIMED_OUT, Status.OUT_OF_MEMORY, Status.CRASHED)  # a cell that was stopped, or not run
MAX_MESSAGE = 600
BUILT_IN = frozenset(dir(builtins))


class SuitePlugin:
    """Judges the tests of one suite, for one student after another; `begin` comes before each run."""

    def __init__(self) -> None:
        self.current: Student  # set by `begin`, like `deaths_allowed`
        self.seed_text = ""
        self.test = ""  # the name of the one that runs
        self.compared: dict[str, tuple[FloatArray, FloatArray]] = {}  # test → (got, want), for pictures only
        self._deaths: dict[str, tuple[int, Status]] = {}

    def begin(self, student: Student, seed_text: str, deaths_allowed: int) -> None:
        """Forget the last submission; the tests that run now judge this one."""
        self.current, self.seed_text, self.deaths_allowed = student, seed_text, deaths_allowed
        self.compared, self._deaths = {}, {}

    def derive(self, *parts: str) -> int:
        """A seed of this submission for what these parts name."""
        digest = hashlib.sha256("\0".join([self.seed_text, *parts]).encode()).digest()
        return int.from_bytes(digest[:4], "big") >> 1

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.test = item.name
        count, status = self._deaths.get(question_of(item)[0], (0, Status.CRASHED))
        if count >= self.deaths_allowed:
            raise StudentFailure("not run: earlier calls of this question had to be stopped", status=status)
        self.current._call = ""

    def judge(self, item: pytest.Item, error: BaseException | None) -> TestResult:
        """The result of a test that has run, or that could not be set up; `error` is what it raised."""
        name, points = question_of(item)
        status, message, diagnosis = Status.PASSED, "", ""
        if error is not None:
            status, message, diagnosis = self._verdict(item, error)
        earned = points if status == Status.PASSED else 0.0
        if isinstance(error, Died):
            self._deaths[name] = (self._deaths.get(name, (0, error.status))[0] + 1, error.status)
        return TestResult(
            item.name, status, earned, points, summary_of(getattr(item, "obj", None)), message, diagnosis
        )

    def _verdict(self, item: pytest.Item, error: BaseException) -> tuple[Status, str, str]:
        """Status, message and diagnosis of a test that raised `error`."""
        call = self.current.last_call()
        called = f"You called `{shortened(call)}`: " if call else ""
        if isinstance(error, pytest.skip.Exception):
            return Status.SKIPPED, str(error)[:MAX_MESSAGE], ""
        if isinstance(error, StudentFailure):
            text = f"{error.summary}\n{error.message}" if error.message else error.summary
            return error.status, fitted(text), self._looks_like(error)[:300]
        if isinstance(error, Mismatch) and error.got is not None and error.want is not None:
            self.compared[item.name] = error.got, error.want
        if isinstance(error, AssertionError):
            return Status.FAILED, fitted(called + str(error)), getattr(error, "diagnosis", "")
        if isinstance(error, MemoryError) and call:
            why = "is larger than an answer can be"
            return (
                Status.OUT_OF_MEMORY,
                f"the judge had to stop here: what `{shortened(call)}` answered {why}.",
                "",
            )
        ours = isinstance(error, (*OUR_FAULTS, MemoryError)) or not isinstance(error, Exception)
        if ours or is_ours(error, str(item.path.parent), otherwise=True):
            return Status.UNGRADED, f"our failure, not yours: {type(error).__name__}: {error}"[:500], ""
        reason = f"{type(error).__name__}: {str(error)[:200]}"
        return Status.FAILED, fitted(f"{called}the answer could not be used ({reason})."), ""

    def _looks_like(self, failure: StudentFailure) -> str:
        """What a failure looks like; no verdict depends on it, so nothing that goes wrong here costs one."""
        with suppress(Exception):
            return self._guess(failure)
        return ""

    def _guess(self, failure: StudentFailure) -> str:
        """A similar name, the loop in a cell, or what the failure itself says."""
        if isinstance(failure, Died) and failure.status == Status.TIMED_OUT:
            return loop_in(getattr(self.current._channel, "cells", ()), failure.call)
        if isinstance(failure, Crashed) and failure.kinds[0] == "NameError":
            return undefined(failure.text, self._names()) or failure.diagnosis
        missing = re.fullmatch(r"`(\w+)` is not defined in the notebook\.?", failure.summary)
        if isinstance(failure, NotAttempted) and missing and (why := self._not_run(missing[1])):
            return why
        if isinstance(failure, NotAttempted) and missing:
            near = nearest_name(missing[1], [n for n in self._names() if n not in BUILT_IN])
            defined = near and near not in BUILT_IN
            return f"`{near}` is defined: is that the name you gave it?" if defined else ""
        return failure.diagnosis

    def _not_run(self, name: str) -> str:
        """Why the cell that defines a name did not run to its end, or ""."""
        channel = self.current._channel
        number = defining_cells(getattr(channel, "cells", ()), [name]).get(name)
        results: Sequence[CellResult] = getattr(channel, "results", ())
        errors = (cell.error for cell in results if cell.index == number and cell.status in ENDED)
        return next((f"cell {number} defines it, but {error}" for error in errors), "")

    def _names(self) -> list[str]:
        try:
            names = self.current._request(["names"], "names")
        except (StudentFailure, OurFailure):
            return []
        return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def fitted(text: str) -> str:
    """A message cut to MAX_MESSAGE characters; what stands below its first line is dropped first."""
    if len(text) > MAX_MESSAGE:
        text = text.partition("\n")[0]
    return text if len(text) <= MAX_MESSAGE else text[: MAX_MESSAGE - 2] + "…."


def question_of(item: pytest.Item) -> tuple[str, float]:
    """The question that a test belongs to and its points."""
    mark = item.get_closest_marker("question")
    if mark is None:
        raise OurFailure(f"{item.name} has no @question")
    return str(mark.args[0]), float(mark.args[1])
