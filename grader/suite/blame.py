"""Whose exception it is: the grader's own, or what came of a student's answer."""

import os
from traceback import walk_tb
from typing import TYPE_CHECKING

import grader
from grader.core.errors import did_you_mean
from grader.sandbox.inside.codec import WireError
from grader.suite.exceptions import StudentFailure

if TYPE_CHECKING:
    import pytest

FIXTURES = ("student", "rng", "seed", "session_seed")
OUR_FAILURE = "our failure, not yours: "
GRADER = os.path.join(os.path.dirname(grader.__file__), "")


def is_ours(error: BaseException, suite: str, otherwise: bool) -> bool:
    """Whether an exception came out of the grader's own code, not out of the suite at work on an answer.

    Args:
        error: it is caught in the grader, in the frame that its traceback begins with.
        suite: the folder, or the file, of the suite's code; "" if it is not known.
        otherwise: the answer if it came out of neither, but of a library.
    """
    if isinstance(error, (AssertionError, StudentFailure, WireError)):
        return False
    files = [frame.f_code.co_filename for frame, _ in walk_tb(error.__traceback__)][:0:-1]
    inner = next((file for file in files if file.startswith((GRADER, suite or GRADER))), None)
    return otherwise if inner is None else inner.startswith(GRADER)


def own_failure(error: BaseException, item: "pytest.Item") -> str:
    """What a report says of an exception that is not the student's, with the line of the suite."""
    line = line_in(error, str(item.path)) or line_of_test(item)
    what = f"{type(error).__name__}: {error}"
    if (name := getattr(error, "argname", None)) is not None:  # pytest looks for a fixture of this name
        what = f"there is no fixture '{name}'; {did_you_mean(name, FIXTURES)}"
    return f"{OUR_FAILURE}{' '.join(what.split())[:400]} ({item.path.name}, line {line})"


def line_in(error: BaseException, suite: str) -> int:
    """The line of a suite's file that an exception came from, or whose syntax is wrong; or 0."""
    if isinstance(error, SyntaxError) and error.filename == suite:
        return error.lineno or 0
    lines = [line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename == suite]
    return lines[-1] if lines else 0


def line_of_test(item: "pytest.Item") -> int:
    """The line where a test begins, with its decorators."""
    code = getattr(getattr(item, "obj", None), "__code__", None)
    return code.co_firstlineno if code is not None else 0
