"""Judge one submission: read it, run it in the sandbox, drive the hidden suite against it, give its report."""

from __future__ import annotations

import hashlib
import platform
import time
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from grader.core.course import Exercise
from grader.core.errors import OurFailure
from grader.core.notebook import Notebook, UnreadableNotebook, read_notebook
from grader.core.report import GradeStatus, QuestionResult, Report, Status, TestResult, question_result, total
from grader.engine.forbidden import without_forbidden
from grader.engine.sandboxed import SandboxedNotebook
from grader.suite.remote_student import Student
from grader.suite.session import SuiteSession


@dataclass(frozen=True)
class Sandbox:
    """Where workers come from: the fork server's socket, the rung it is on, the folder for homes (Landlock
    rung).
    """

    path: str
    rung: str
    home_in: Path | None = None


@dataclass(frozen=True)
class Submission:
    """One student's notebook for one exercise."""

    student: str
    slug: str
    path: Path


def grade(
    submission: Submission, exercise: Exercise, suite: SuiteSession, sandbox: Sandbox, salt: str
) -> Report:
    """The report of one submission; whatever is in the file, there is one."""
    blank = blank_report(submission.student, exercise, suite, sandbox)
    try:
        notebook = read_notebook(submission.path)
    except UnreadableNotebook as problem:
        questions = _all(suite, Status.NOT_ATTEMPTED, f"the notebook could not be read: {problem}")
        return replace(
            blank,
            score=0.0,
            status=GradeStatus.GRADED,
            questions=questions,
            problem=f"could not be read: {problem}",
        )
    return grade_cells(notebook, exercise, suite, sandbox, salt, blank)


def grade_cells(
    notebook: Notebook, exercise: Exercise, suite: SuiteSession, sandbox: Sandbox, salt: str, blank: Report
) -> Report:
    """The report of a notebook that could be read; `blank` carries who and what."""
    begun = time.monotonic()
    seed = hashlib.sha256("\0".join([salt, exercise.slug, notebook.sha256]).encode()).hexdigest()
    work = SandboxedNotebook(
        sandbox.path, list(notebook.cells), exercise.limits, int(seed[:8], 16), sandbox.home_in
    )
    problem = None
    try:
        with work:
            questions = suite.run(Student(work), seed, exercise.limits.deaths_per_question)
        questions = without_forbidden(questions, exercise.questions, notebook.cells)
    except OurFailure as failure:
        problem = f"our failure: {failure}"
        questions = _all(suite, Status.UNGRADED, problem)
    score = total(questions)
    return replace(
        blank,
        score=score,
        status=GradeStatus.of(score),
        questions=questions,
        cells=tuple(work.results),
        problem=problem,
        seed=seed,
        submission_sha256=notebook.sha256,
        timings={
            "total_s": round(time.monotonic() - begun, 4),
            "cells_s": round(work.cells_s, 4),
            "worker_cpu_s": round(work.cpu_s, 4),
        },
    )


def blank_report(student: str, exercise: Exercise, suite: SuiteSession, sandbox: Sandbox) -> Report:
    """Everything in a report that does not depend on the answers."""
    return Report(
        student=student,
        exercise=exercise.slug,
        score=None,
        max_score=round(sum(points for _, _, points, _ in suite.tests), 6),
        status=GradeStatus.UNGRADED,
        sandbox={"rung": sandbox.rung, "limits": exercise.limits.as_dict()},
        suite_sha256=exercise.suite_sha256(),
        environment=environment(),
    )


def _all(suite: SuiteSession, status: Status, message: str) -> tuple[QuestionResult, ...]:
    tests: dict[str, list[TestResult]] = {}
    for name, question, points, summary in suite.tests:
        tests.setdefault(question, []).append(TestResult(name, status, 0.0, points, summary, message))
    return tuple(question_result(question, tuple(results)) for question, results in tests.items())


@cache
def environment() -> dict[str, str]:
    """The versions that a verdict may depend on."""
    found = {"python": platform.python_version()}
    for package in ("gradbook", "numpy", "torch", "pytest", "ipython"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
