"""Whether an exception is a test's own: it comes again in the same line, whatever the notebook answers."""

from collections.abc import Callable, Sequence
from traceback import walk_tb
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import pytest

from grader.core.processes import no_longer_than
from grader.suite.calls import CallText
from grader.suite.exceptions import StudentFailure
from grader.suite.remote_student import Handle, Reply, Student

LONGEST_S = 2.0  # a test that goes on for longer with another answer has got past the line
OUTCOMES = (pytest.skip.Exception, pytest.fail.Exception, SystemExit)


def is_the_tests_own(
    test: Callable[[Student], object], error: BaseException, suite: str, replies: Sequence[Reply]
) -> bool:
    """Whether `test` raises this exception in the same line for every other answer that gets so far.

    One answer at least must get so far. If another one gets further, the exception was due to the answer.

    Args:
        suite: the file of the test.
        replies: what the notebook has answered to the test's requests.
    """
    begun, came_to = _lines(error, suite)
    again = 0
    for change in (_none, _anything, _zero, _matrix, _others, _twice):
        try:
            with no_longer_than(LONGEST_S):
                test(OtherAnswers(replies, change))
            return False
        except (AssertionError, StudentFailure) as sentence:
            if _lines(sentence, suite)[0] > begun:
                return False
        except OUTCOMES:
            return False
        except Exception as other:
            if (type(other), *_lines(other, suite)) != (type(error), begun, came_to):
                return False
            again += 1
    return again > 0


class OtherAnswers(Student):
    """A notebook that replies as another one did, with each answer changed; it runs nothing."""

    def __init__(self, replies: Sequence[Reply], change: Callable[[Any], object]) -> None:
        self.forget()
        self._rest, self._change = iter(replies), change

    def _request(self, request: list[object], call: CallText) -> Any:
        """The reply to the next request, whatever is asked."""
        end: Reply = ("", None)
        kind, reply = next(self._rest, end)
        if kind == "call":
            return [self._own(self._change(reply[0])), reply[1]]
        if not kind:
            raise StudentFailure("there are no more answers")
        return self._own(self._change(reply) if kind == "value" else reply)

    def _own(self, value: object) -> object:
        """Handles ask this notebook, and not the one that they are from."""
        if isinstance(value, Handle):
            return Handle(self, value._ref, value._text)
        return [self._own(part) for part in value] if isinstance(value, list) else value


def _lines(error: BaseException, suite: str) -> tuple[int, int]:
    """The lines of the suite that the traceback begins and ends in."""
    lines = [line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename == suite]
    return (lines[0], lines[-1]) if lines else (0, 0)


def _none(answer: object) -> object:
    return None


def _anything(answer: object) -> object:
    return MagicMock()


def _zero(answer: object) -> object:
    return 0.0


def _matrix(answer: object) -> object:
    return np.array([[2.0, 1.0], [0.0, 3.0]])


def _others(answer: Any) -> object:
    """Other numbers in the same form."""
    if isinstance(answer, (list, tuple)):
        return type(answer)(map(_others, answer))
    if isinstance(answer, dict):
        return {key: _others(value) for key, value in answer.items()}
    if isinstance(answer, np.ndarray) and answer.dtype.kind == "f":
        return np.random.default_rng(1).normal(size=answer.shape)
    if isinstance(answer, (int, float)):
        return type(answer)(3 if answer != 3 else 4)
    return answer + 1 if isinstance(answer, np.ndarray) else answer


def _twice(answer: Any) -> object:
    """More of them."""
    if isinstance(answer, np.ndarray) and answer.ndim:
        return np.concatenate([answer, answer])
    return 2 * answer if isinstance(answer, (list, tuple, str)) else [answer, answer]
