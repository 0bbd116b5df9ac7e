"""The vocabulary of a suite: what `test_visible.py` and `test_hidden.py` import."""

from grader.suite.calls import Step
from grader.suite.checks import (
    Mismatch,
    array,
    boolean,
    close,
    expect_error,
    not_attempted,
    pair,
    pure,
    scalar,
    unchanged,
)
from grader.suite.exceptions import Crashed
from grader.suite.gradients import gradcheck, torch_function
from grader.suite.questions import question
from grader.suite.remote_student import Handle, Remote, Student

__all__ = [
    "Crashed",
    "Handle",
    "Mismatch",
    "Remote",
    "Step",
    "Student",
    "array",
    "boolean",
    "close",
    "expect_error",
    "gradcheck",
    "not_attempted",
    "pair",
    "pure",
    "question",
    "scalar",
    "torch_function",
    "unchanged",
]
