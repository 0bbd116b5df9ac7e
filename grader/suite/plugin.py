"""The pytest plugin: the student at hand, and from each test's outcome a `TestResult`."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from grader.core.cells import loop_in
from grader.core.errors import OurFailure
from grader.core.first_causes import FirstCauses
from grader.core.report import Status, TestResult
from grader.suite.blame import FIXTURES, is_ours, own_failure
from grader.suite.checks import Mismatch
from grader.suite.exceptions import FORGOT_RETURN, Crashed, Died, StudentFailure, shortened
from grader.suite.origins import (
    NOT_YET,
    NotebookAtHand,
    TestOutcome,
    forgotten_return,
    is_left_as_given,
    lacks_method,
    none_of_another,
    outcome_of,
    plain_number,
    stub_method,
)
from grader.suite.other_answers import is_the_tests_own
from grader.suite.remote_student import Student
from grader.suite.sentences import FloatArray, summary_of

OUR_FAULTS = (OurFailure, NameError, ImportError, SyntaxError, OSError)
MAX_MESSAGE = 600
ORIGIN_UNKNOWN = (Status.FAILED, Status.CRASHED, Status.NOT_RUN)  # it may not have been attempted at all


class SuitePlugin:
    """Judges the tests of one suite, for one student after another; `begin` comes before each run."""

    def __init__(self) -> None:
        self.current: Student  # set by `begin`, like `deaths_allowed`
        self.seed_text = ""
        self.test = ""  # the name of the one that runs
        self.compared: dict[str, tuple[FloatArray, FloatArray]] = {}  # test → (got, want), for pictures only
        self.questions: Sequence[str] = ()  # of the suite
        self._deaths: dict[str, tuple[int, Status]] = {}
        self._notebook: NotebookAtHand | None = None

    def begin(self, student: Student, seed_text: str, deaths_allowed: int) -> None:
        """Forget the last submission; the tests that run now judge this one."""
        self.current, self.seed_text, self.deaths_allowed = student, seed_text, deaths_allowed
        self.compared, self._deaths, self._notebook = {}, {}, None

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
        self.current.forget()

    def judge(self, item: pytest.Item, error: BaseException | None) -> TestResult:
        """The result of a test that has run, or that could not be set up; `error` is what it raised."""
        name, points = question_of(item)
        found = TestOutcome(Status.PASSED, "") if error is None else self._verdict(item, error)
        if found.status in ORIGIN_UNKNOWN and not isinstance(error, Died):
            found = self._at_origin(error, name, found)
        earned = points if found.status == Status.PASSED else 0.0
        if isinstance(error, Died):
            self._deaths[name] = (self._deaths.get(name, (0, error.status))[0] + 1, error.status)
        summary = summary_of(getattr(item, "obj", None))
        words = fitted(found.message), found.diagnosis[:300], found.origin[:300]
        return TestResult(item.name, found.status, earned, points, summary, *words)

    def _verdict(self, item: pytest.Item, error: BaseException) -> TestOutcome:
        """What came of a test that raised `error`."""
        call = self.current.last_call()
        called = f"You called `{shortened(call)}`: " if call else ""
        if isinstance(error, pytest.skip.Exception):
            return TestOutcome(Status.SKIPPED, str(error))
        if isinstance(error, StudentFailure):
            return self._failure(error, question_of(item)[0])
        if isinstance(error, Mismatch) and error.got is not None and error.want is not None:
            self.compared[item.name] = error.got, error.want
        if isinstance(error, AssertionError):
            return TestOutcome(Status.FAILED, called + str(error), getattr(error, "diagnosis", ""))
        if isinstance(error, MemoryError) and call:
            why = "is larger than an answer can be"
            return TestOutcome(
                Status.OUT_OF_MEMORY, f"the judge had to stop here: what `{shortened(call)}` answered {why}."
            )
        ours = isinstance(error, (*OUR_FAULTS, MemoryError)) or not isinstance(error, Exception)
        if ours or is_ours(error, str(item.path.parent), otherwise=True) or self._is_own(item, error):
            return TestOutcome(Status.UNGRADED, own_failure(error, item))
        reason = f"{type(error).__name__}: {str(error)[:200]}"
        return TestOutcome(Status.FAILED, f"{called}the answer could not be used ({reason}).")

    def _failure(self, failure: StudentFailure, question: str) -> TestOutcome:
        """A failure of the student's code, at its origin as far as that is known."""
        found = None
        with suppress(Exception):  # the notebook, which may say anything, is asked here
            found = outcome_of(failure, question, self.notebook)
        if found is not None:
            return found
        text = f"{failure.summary}\n{failure.message}" if failure.message else failure.summary
        return TestOutcome(failure.status, text, self._looks_like(failure))

    def _is_own(self, item: pytest.Item, error: BaseException) -> bool:
        """Whether an exception is the test's own; one with an answer from a fixture of the suite's is not."""
        params = getattr(getattr(item, "callspec", None), "params", {})
        asked = getattr(item, "fixturenames", ())
        if not {*FIXTURES, *params}.issuperset(asked):
            return False
        if not self.current._replies:
            return True
        rng = partial(np.random.default_rng, self.derive(item.name, "rng"))
        seeds = {"seed": self.derive(item.name), "session_seed": self.derive("session")}

        def test(student: Student) -> None:
            given = {**params, **seeds, "student": student, "rng": rng()}
            item.obj(**{name: given[name] for name in asked})  # type: ignore[attr-defined]

        return is_the_tests_own(test, error, str(item.path), self.current._replies)

    def _looks_like(self, failure: StudentFailure) -> str:
        """What a failure looks like; no verdict depends on it, so nothing that goes wrong here costs one."""
        with suppress(Exception):
            if isinstance(failure, Died) and failure.status == Status.TIMED_OUT:
                return loop_in(getattr(self.current._channel, "cells", ()), failure.call)
            if isinstance(failure, Crashed):
                return plain_number(failure, self.notebook) or failure.diagnosis
        return failure.diagnosis

    def _at_origin(self, error: BaseException | None, question: str, found: TestOutcome) -> TestOutcome:
        """A failure: not attempted if the answer is a stub or missing; if it is None, whose None that is."""
        with suppress(Exception):
            if is_left_as_given(question, self.notebook):
                return TestOutcome(Status.NOT_ATTEMPTED, NOT_YET)
            if lacking := lacks_method(question, self.notebook):
                return lacking
            if isinstance(error, AssertionError):
                call = str(self.current.last_call())
                found = stub_method(call, question, self.notebook) or found
            none = isinstance(error, Crashed) and "'NoneType'" in error.text
            if found.diagnosis == FORGOT_RETURN:
                still = self.current.still_none()
                other = none_of_another(question, self.notebook)
                return other or (replace(found, diagnosis=still) if still else found)
            if none and isinstance(error, Crashed):
                silent = forgotten_return(error.call, question, self.notebook)
                return replace(found, diagnosis=silent or found.diagnosis)
        return found

    @property
    def notebook(self) -> NotebookAtHand:
        """The notebook at hand, about which sentences ask; its cells are read when it is first needed."""
        if self._notebook is None:
            channel = self.current._channel
            causes = FirstCauses(getattr(channel, "cells", ()), getattr(channel, "results", ()))
            self._notebook = NotebookAtHand(causes, self.questions, self._names, self._members)
        return self._notebook

    def _members(self, name: str) -> list[str]:
        return self._texts(["members", name])

    def _names(self) -> list[str]:
        return self._texts(["names"])

    def _texts(self, request: list[object]) -> list[str]:
        """What the notebook says of itself, which may be anything."""
        try:
            answer = self.current._request(request, str(request[0]))
        except (StudentFailure, OurFailure):
            return []
        return [text for text in answer if isinstance(text, str)] if isinstance(answer, list) else []


def fitted(text: str) -> str:
    """A message cut to MAX_MESSAGE characters; what stands below its first line is dropped first."""
    if len(text) > MAX_MESSAGE:
        text = text.partition("\n")[0]
    return text if len(text) <= MAX_MESSAGE else text[: MAX_MESSAGE - 2] + "…."


def question_of(item: pytest.Item) -> tuple[str, float]:
    """The question that a test belongs to and its points."""
    mark = item.get_closest_marker("question")
    if mark is None:
        raise OurFailure(f"{item.name} has no @question; say what it belongs to: @question(NAME, points=…)")
    return str(mark.args[0]), float(mark.args[1])
