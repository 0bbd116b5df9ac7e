"""gradbook: an automated grader and an exercise suite for a deep-learning course.

The names in `__all__` are the public API, which docs/api.md explains; everything else is internal and may
change in any version. A name is loaded when it is first used: `import grader` alone loads nothing else.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from grader import suite as suite
    from grader.core.course import Course as Course
    from grader.core.course import Exercise as Exercise
    from grader.core.course import open_course as open_course
    from grader.core.course_settings import Question as Question
    from grader.core.errors import GraderError as GraderError
    from grader.core.report import QuestionResult as QuestionResult
    from grader.core.report import Report as Report
    from grader.core.report import Status as Status
    from grader.core.report import TestResult as TestResult
    from grader.engine.submission import Submission as Submission
    from grader.student.jupyter import check as check
    from grader.student.jupyter import hint as hint
    from grader.term.api import Grader as Grader
    from grader.term.api import grade as grade

__version__ = "0.1.0"
__all__ = [
    "Course", "Exercise", "Grader", "GraderError", "Question", "QuestionResult", "Report", "Status",
    "Submission", "TestResult", "check", "grade", "hint", "open_course", "suite",
]  # fmt: skip
_MODULES = {
    "grader.core.course": ("Course", "Exercise", "open_course"),
    "grader.core.course_settings": ("Question",),
    "grader.core.errors": ("GraderError",),
    "grader.core.report": ("QuestionResult", "Report", "Status", "TestResult"),
    "grader.engine.submission": ("Submission",),
    "grader.student.jupyter": ("check", "hint"),
    "grader.term.api": ("Grader", "grade"),
}

if not TYPE_CHECKING:  # a type checker would take any name for one of ours

    def __getattr__(name: str) -> object:
        if name == "suite":
            return import_module("grader.suite")
        for module, names in _MODULES.items():
            if name in names:
                globals()[name] = getattr(import_module(module), name)
                return globals()[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def load_ipython_extension(ipython: "InteractiveShell") -> None:
    """`%load_ext grader`: the line magics `%check [QUESTION]` and `%hint [QUESTION]`."""
    import_module("grader.student.jupyter").register(ipython)
