"""The student's own check in the place where notebooks are graded: the same shell, limits and sandbox."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from grader.core.course import Course, Exercise
from grader.core.course_settings import Limits
from grader.core.report import CellResult, Status
from grader.core.stub import is_placeholder
from grader.engine.selfcheck import (
    SEED,
    Checked,
    by_the_rules,
    check,
    find_suite,
    follows,
    read_own,
    what_it_did,
)
from grader.suite.remote_student import Student
from grader.suite.session import SuiteSession

if TYPE_CHECKING:
    from grader.sandbox.forkserver import ForkServer

Check = Callable[[Path, Course | None], Checked]


@contextmanager
def as_graded() -> Iterator[tuple[Check, str]]:
    """A check that runs notebooks as `grade` does, with the visible tests; and a sentence on what it runs in.

    Where this machine cannot do all of that, the sentence says what is missing and what is done instead.
    """
    if sys.platform != "linux":
        yield check, f"run in your own Python: there is no sandbox on {sys.platform}, and no limits"
        return
    from grader.sandbox.forkserver import ForkServer, NoSandbox

    try:
        server, where = ForkServer(), ""
    except NoSandbox as none:
        why = "; ".join(f"{rung}: {reason}" for rung, reason in none.reasons.items())
        where = f"run with the shell and limits of grading, but without a sandbox ({why})"
        try:
            server = ForkServer("none")
        except NoSandbox as worse:
            yield check, f"run in your own Python: the grader's does not start ({worse.reasons['none']})"
            return
    with server:
        yield _checker(server), where or f"run as it is graded, in the sandbox {server.rung}"


def _checker(server: "ForkServer") -> Check:
    """A check of notebooks in workers of this fork server."""
    from grader.engine.sandboxed import Sandbox, SandboxedNotebook

    def run(notebook: Path, course: Course | None) -> Checked:
        suite = find_suite(notebook, course)
        read, exercise = read_own(notebook), Exercise(suite.parent.name, suite.parent)
        limits = exercise.limits if (suite.parent / "exercise.toml").exists() else Limits()
        session = SuiteSession(suite)
        try:
            with SandboxedNotebook(Sandbox.of(server), read.cells, limits) as work:
                questions = session.run(Student(work), SEED, limits.deaths_per_question)
        finally:
            session.close()
        errors = tuple((cell.index, words) for cell in work.results for words in _said(cell))
        return Checked(notebook, by_the_rules(questions, suite, read.cells), errors, read.sha256)

    return run


def _said(cell: CellResult) -> Iterator[str]:
    """What this cell did that its author should know of."""
    if cell.missing:
        yield f"imports {', '.join(cell.missing)}: not installed here, so what needs it fails"
    kind, _, message = (cell.error or "").partition(": ")
    kind = kind.partition(" ")[0]
    if cell.status not in (Status.PASSED, Status.FAILED):
        yield f"was stopped: {message}"
    elif kind and not is_placeholder([kind]):
        yield what_it_did(kind, message) + follows(cell)
