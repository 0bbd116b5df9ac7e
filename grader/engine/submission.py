"""Judge one submission: read it, run it in the sandbox, drive the hidden suite against it, report."""

import hashlib
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from grader.core.cells import Cells
from grader.core.course import Exercise
from grader.core.errors import GraderError, OurFailure
from grader.core.notebook import Notebook, UnreadableNotebook, read_notebook
from grader.core.report import GradeStatus, QuestionResult, Report, Status, TestResult
from grader.core.scoring import question_result, total
from grader.engine.forbidden import without_forbidden
from grader.engine.sandboxed import Sandbox, SandboxedNotebook
from grader.suite.remote_student import Student
from grader.suite.session import SuiteSession

Part = tuple[SuiteSession, frozenset[str]]  # a suite and those of its questions that are asked, none for all


@dataclass(frozen=True)
class Submission:
    """One student's notebook for one exercise, which is named by its slug."""

    student: str
    exercise: str
    path: Path


@dataclass
class Judge:
    """What a judge process has ready: the exercises, a sandbox, and suites that are collected once."""

    exercises: Mapping[str, Exercise]
    salt: str
    sandbox: Sandbox
    suites: dict[Path, SuiteSession] = field(default_factory=dict)

    def suite(self, path: Path) -> SuiteSession:
        """The warm session over a suite, collected when it is first needed."""
        if path not in self.suites:
            self.suites[path] = SuiteSession(path)
        return self.suites[path]

    def grade(self, submission: Submission) -> Report:
        """The report of one submission; a breakdown of the judge is ours and costs only this verdict."""
        try:
            return self.grade_notebook(submission, read_notebook(submission.path))
        except UnreadableNotebook as problem:
            return self.unreadable(submission, str(problem))
        except GraderError:
            raise
        except Exception as error:
            return lost_report(submission, f"our failure: {type(error).__name__}: {error}"[:300])

    def grade_notebook(self, submission: Submission, notebook: Notebook) -> Report:
        """The report of a submission whose cells have been read."""
        begun = time.monotonic()
        exercise, blank = self.exercises[submission.exercise], self._blank_report(submission)
        seed, problem = _seed(self.salt, exercise.slug, notebook.sha256), None
        work = self._in_sandbox(exercise, notebook.cells, seed)
        try:
            (questions,) = _judge(work, exercise, [(self.suite(exercise.hidden_suite), frozenset())], seed)
        except OurFailure as failure:
            problem = f"our failure: {failure}"
            questions = self._all(exercise, Status.UNGRADED, problem)
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

    def unreadable(self, submission: Submission, problem: str) -> Report:
        """The report of a file that is not a notebook: nothing in it was attempted."""
        problem, exercise = f"could not be read: {problem}", self.exercises[submission.exercise]
        questions = self._all(exercise, Status.NOT_ATTEMPTED, f"the notebook {problem}")
        blank = self._blank_report(submission)
        return replace(blank, score=0.0, status=GradeStatus.GRADED, questions=questions, problem=problem)

    def judge_cells(
        self, slug: str, cells: Cells, suites: Sequence[tuple[str, frozenset[str]]]
    ) -> list[tuple[QuestionResult, ...]]:
        """What each suite says of cells that belong to no submission; the cells are run once.

        Args:
            suites: "hidden" or "visible", each with the questions that are asked, none for all.

        Raises:
            OurFailure: the sandbox or the judge broke.
        """
        exercise = self.exercises[slug]
        paths = {"hidden": exercise.hidden_suite, "visible": exercise.visible_suite}
        seed = _seed(self.salt, slug, *(source for _, source in cells))
        parts = [(self.suite(paths[kind]), only) for kind, only in suites]
        return _judge(self._in_sandbox(exercise, cells, seed), exercise, parts, seed)

    def _in_sandbox(self, exercise: Exercise, cells: Cells, seed: str) -> SandboxedNotebook:
        return SandboxedNotebook(self.sandbox, cells, exercise.limits, int(seed[:8], 16))

    def _blank_report(self, submission: Submission) -> Report:
        """Everything in a report that does not depend on the answers."""
        exercise = self.exercises[submission.exercise]
        return Report(
            student=submission.student,
            exercise=exercise.slug,
            score=None,
            max_score=round(sum(points for _, _, points, _ in self.suite(exercise.hidden_suite).tests), 6),
            status=GradeStatus.UNGRADED,
            sandbox={"rung": self.sandbox.rung, "limits": exercise.limits.as_dict()},
            suite_sha256=exercise.suite_sha256(),
            environment=environment(),
        )

    def _all(self, exercise: Exercise, status: Status, message: str) -> tuple[QuestionResult, ...]:
        """Every question of the hidden suite, with this status and message in all its tests."""
        tests: dict[str, list[TestResult]] = {}
        for name, question, points, summary in self.suite(exercise.hidden_suite).tests:
            tests.setdefault(question, []).append(TestResult(name, status, 0.0, points, summary, message))
        return tuple(question_result(question, tuple(results)) for question, results in tests.items())


def _judge(
    work: SandboxedNotebook, exercise: Exercise, parts: Sequence[Part], seed: str
) -> list[tuple[QuestionResult, ...]]:
    """Run the cells of `work` once, and against them each suite or some of its questions."""
    deaths = exercise.limits.deaths_per_question
    with work:
        results = [suite.run(Student(work), seed, deaths, only) for suite, only in parts]
    return [without_forbidden(questions, exercise.questions, work.cells) for questions in results]


def lost_report(submission: Submission, problem: str) -> Report:
    """The report of a notebook that broke the judge: ungraded, for a person to look at."""
    return Report(submission.student, submission.exercise, None, 0.0, GradeStatus.UNGRADED, problem=problem)


def _seed(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()


@cache
def environment() -> dict[str, str]:
    """The versions that a verdict may depend on."""
    versions = {"python": platform.python_version()}
    for package in ("gradbook", "numpy", "torch", "pytest", "ipython"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    return versions
