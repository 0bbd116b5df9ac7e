"""The pytest plugin: the student at hand, and from each test's outcome a `TestResult`."""

from __future__ import annotations

import builtins
import hashlib
import re
from typing import Any

import pytest

from grader.core.cells import loop_in
from grader.core.errors import OurFailure
from grader.core.report import Status, TestResult
from grader.suite.checks import Mismatch
from grader.suite.failures import (
    Crashed,
    Died,
    NotAttempted,
    StudentFailure,
    nearest_name,
    shortened,
    undefined,
)
from grader.suite.remote_student import Student

OUR_FAULTS = (OurFailure, NameError, ImportError, SyntaxError, MemoryError, OSError)
MAX_MESSAGE = 600
BUILT_IN = frozenset(dir(builtins))


class SuitePlugin:
    """Runs the items of one suite against one student after another; a suite is collected once.

    `current` and `seed_text` are set before each run.
    """

    def __init__(self) -> None:
        self.current: Student | None = None
        self.seed_text = ""
        self.test = ""  # the name of the one that runs
        self.deaths_allowed = 2
        self.results: dict[str, list[TestResult]] = {}
        self.compared: dict[str, tuple[Any, Any]] = {}  # test → (got, want), for pictures; in no report
        self._deaths: dict[str, tuple[int, Status]] = {}

    def begin(self, student: Student, seed_text: str, deaths_allowed: int) -> None:
        self.current, self.seed_text, self.deaths_allowed = student, seed_text, deaths_allowed
        self.results, self.compared, self._deaths = {}, {}, {}

    def derive(self, *parts: str) -> int:
        digest = hashlib.sha256("\0".join([self.seed_text, *parts]).encode()).digest()
        return int.from_bytes(digest[:4], "big") >> 1

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.test = item.name
        count, status = self._deaths.get(question_of(item)[0], (0, Status.CRASHED))
        if count >= self.deaths_allowed:
            failure = StudentFailure("not run: earlier calls of this question had to be stopped")
            failure.status = status
            raise failure
        if self.current is not None:
            self.current._calls.clear()

    def judge(self, item: pytest.Item, error: BaseException | None) -> None:
        """Keep the result of a test that has run, or that could not be set up; `error` is what it raised."""
        name, points = question_of(item)
        result = self._result(item, points, error)
        if isinstance(error, Died):
            self._deaths[name] = (self._deaths.get(name, (0, error.status))[0] + 1, error.status)
        self.results.setdefault(name, []).append(result)

    def _result(self, item: pytest.Item, points: float, error: BaseException | None) -> TestResult:
        name, summary = item.name, docstring(item)
        if error is None:
            return TestResult(name, Status.PASSED, points, points, summary)
        called = (
            f"You called `{shortened(self.current.last_call())}`"
            if self.current and self.current.last_call()
            else ""
        )
        if isinstance(error, pytest.skip.Exception):
            return TestResult(name, Status.SKIPPED, 0.0, points, summary, str(error)[:MAX_MESSAGE])
        if isinstance(error, StudentFailure):
            text = error.summary + (f"\n{error.message}" if error.message else "")
            return TestResult(
                name, error.status, 0.0, points, summary, fitted(text), self._looks_like(error)[:300]
            )
        if isinstance(error, AssertionError):
            diagnosis = error.diagnosis if isinstance(error, Mismatch) else ""
            if isinstance(error, Mismatch) and error.got is not None:
                self.compared[name] = error.got, error.want
            text = f"{called}: {error}" if called else str(error)
            return TestResult(name, Status.FAILED, 0.0, points, summary, fitted(text), diagnosis)
        if isinstance(error, OUR_FAULTS) or not isinstance(error, Exception):
            text = f"our failure, not yours: {type(error).__name__}: {error}"
            return TestResult(name, Status.UNGRADED, 0.0, points, summary, text[:500])
        text = f"{called}: the answer could not be used ({type(error).__name__}: {str(error)[:200]})."
        return TestResult(name, Status.FAILED, 0.0, points, summary, fitted(text))

    def _looks_like(self, failure: StudentFailure) -> str:
        """What the notebook itself can tell about a failure: the nearest name, the loop in the source."""
        if isinstance(failure, Died) and failure.status == Status.TIMED_OUT:
            return loop_in(getattr(self.current and self.current._channel, "cells", ()), failure.call)
        if isinstance(failure, Crashed) and failure.kinds[0] == "NameError":
            return undefined(failure.text, self._names()) or failure.diagnosis
        missing = re.fullmatch(r"`(\w+)` is not defined in the notebook\.?", failure.summary)
        if isinstance(failure, NotAttempted) and missing:
            near = nearest_name(missing[1], [n for n in self._names() if n not in BUILT_IN])
            return (
                f"`{near}` is defined: is that the name you gave it?" if near and near not in BUILT_IN else ""
            )
        return failure.diagnosis

    def _names(self) -> list[Any]:
        try:
            names = self.current._request(["names"], "names") if self.current else []
        except (StudentFailure, OurFailure):
            return []
        return names if isinstance(names, list) else []


def fitted(text: str) -> str:
    """A message of at most MAX_MESSAGE characters; what is shown below its first line goes first."""
    if len(text) > MAX_MESSAGE:
        text = text.partition("\n")[0]
    return text if len(text) <= MAX_MESSAGE else text[: MAX_MESSAGE - 2] + "…."


def question_of(item: pytest.Item) -> tuple[str, float]:
    """The question that a test belongs to and its points."""
    mark = item.get_closest_marker("question")
    if mark is None:
        raise OurFailure(f"{item.name} has no @question")
    return str(mark.args[0]), float(mark.args[1])


def docstring(item: pytest.Item) -> str:
    """The first sentence of a test's docstring: what the student reads."""
    text = (getattr(item, "obj", None).__doc__ or "").strip()
    return " ".join(text.split("\n\n")[0].split())
