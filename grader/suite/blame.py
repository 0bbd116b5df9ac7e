"""Whose exception it is: the grader's own, or what came of a student's answer."""

import os
from traceback import walk_tb

import grader
from grader.sandbox.inside.codec import WireError
from grader.suite.exceptions import StudentFailure

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
