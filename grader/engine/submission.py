"""Judge one submission: read it, run it in the sandbox, drive the hidden suite against it, report."""

import gc
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.core.cells import Cells
from grader.core.course import Exercise
from grader.core.errors import OurFailure
from grader.core.notebook import Notebook, UnreadableNotebook, read_notebook
from grader.core.report import GradeStatus, QuestionResult, Report, Status, TestResult
from grader.core.scoring import question_result, total
from grader.engine.disposable import CellsRun, Pipe, SoFar, TestJudged, judge_apart
from grader.engine.forbidden import without_forbidden
from grader.engine.sandboxed import Sandbox, SandboxedNotebook
from grader.engine.verdict_key import environment
from grader.sandbox.inside.forking import seed_random
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
    blank_reports: dict[str, Report] = field(default_factory=dict)

    def suite(self, path: Path) -> SuiteSession:
        """The warm session over a suite, collected when it is first needed."""
        if path not in self.suites:
            suite = SuiteSession(path)
            suite.rehearse()
            self.suites[path] = suite
            gc.freeze()
        return self.suites[path]

    def close(self) -> None:
        """End the sessions of the suites."""
        while self.suites:
            self.suites.popitem()[1].close()

    def grade(self, submission: Submission) -> Report:
        """The report of one submission; a breakdown of the judge is ours and costs only this verdict."""
        return self._report(submission, lambda: read_notebook(submission.path))

    def grade_notebook(self, submission: Submission, notebook: Notebook) -> Report:
        """The report of a submission whose cells have been read."""
        return self._report(submission, lambda: notebook)

    def _report(self, submission: Submission, read: Callable[[], Notebook]) -> Report:
        begun, exercise = time.monotonic(), self.exercises[submission.exercise]
        blank, suites = self._blank_report(exercise), [self.suite(exercise.hidden_suite)]

        def work(so_far: SoFar, pipe: Pipe) -> Report:
            try:
                notebook = read()
            except UnreadableNotebook as problem:
                return self._unreadable(exercise, str(problem))
            seed = _seed(self.salt, exercise.slug, notebook.sha256)
            notebook_at_work = self._in_sandbox(exercise, notebook.cells, seed)
            (questions,) = _judge(notebook_at_work, exercise, [(suites[0], frozenset())], seed, so_far, pipe)
            score = total(questions)
            return replace(
                blank,
                score=score,
                status=GradeStatus.of(score),
                questions=questions,
                cells=tuple(notebook_at_work.results),
                seed=seed,
                submission_sha256=notebook.sha256,
                timings={
                    "total_s": round(time.monotonic() - begun, 4),
                    "cells_s": round(notebook_at_work.cells_s, 4),
                    "worker_cpu_s": round(notebook_at_work.cpu_s, 4),
                },
            )

        try:
            report = judge_apart(work, Report, suites, exercise.limits)
        except OurFailure as failure:
            problem = f"our failure: {failure}"
            report = replace(blank, questions=self._all(exercise, Status.UNGRADED, problem), problem=problem)
        return replace(report, student=submission.student)

    def unreadable(self, submission: Submission, problem: str) -> Report:
        """The report of a file that is not a notebook: nothing in it was attempted."""
        report = self._unreadable(self.exercises[submission.exercise], problem)
        return replace(report, student=submission.student)

    def _unreadable(self, exercise: Exercise, problem: str) -> Report:
        problem = f"could not be read: {problem}"
        questions = self._all(exercise, Status.NOT_ATTEMPTED, f"the notebook {problem}")
        blank = self._blank_report(exercise)
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

        def work(so_far: SoFar, pipe: Pipe) -> list[tuple[QuestionResult, ...]]:
            return _judge(self._in_sandbox(exercise, cells, seed), exercise, parts, seed, so_far, pipe)

        answer = list[tuple[QuestionResult, ...]]
        return judge_apart(work, answer, [suite for suite, _ in parts], exercise.limits)

    def _in_sandbox(self, exercise: Exercise, cells: Cells, seed: str) -> SandboxedNotebook:
        return SandboxedNotebook(self.sandbox, cells, exercise.limits, int(seed[:8], 16))

    def _blank_report(self, exercise: Exercise) -> Report:
        """Everything in a report that depends neither on the student nor on the answers."""
        if exercise.slug not in self.blank_reports:
            tests = self.suite(exercise.hidden_suite).tests
            self.blank_reports[exercise.slug] = Report(
                student="",
                exercise=exercise.slug,
                score=None,
                max_score=round(sum(points for _, _, points, _ in tests), 6),
                status=GradeStatus.UNGRADED,
                sandbox={"rung": self.sandbox.rung, "limits": exercise.limits.as_dict()},
                suite_sha256=exercise.suite_sha256(),
                environment=environment(),
            )
        return self.blank_reports[exercise.slug]

    def _all(self, exercise: Exercise, status: Status, message: str) -> tuple[QuestionResult, ...]:
        """Every question of the hidden suite, with this status and message in all its tests."""
        tests: dict[str, list[TestResult]] = {}
        for name, question, points, summary in self.suite(exercise.hidden_suite).tests:
            tests.setdefault(question, []).append(TestResult(name, status, 0.0, points, summary, message))
        return tuple(question_result(question, tuple(results)) for question, results in tests.items())


def _judge(
    work: SandboxedNotebook, exercise: Exercise, parts: Sequence[Part], seed: str, so_far: SoFar, pipe: Pipe
) -> list[tuple[QuestionResult, ...]]:
    """Run the cells of `work` once, and against them each suite or some of its questions."""
    seed_random(int(seed[:8], 16))
    if (cells := so_far.cells) is not None:  # another judge has seen them run
        work.results, work.kept, work.cells_s = cells.results, dict(cells.kept), cells.took_s
        work.budget.taken_s = so_far.waited_s
    results = []
    with work:
        pipe.say(CellsRun(work.results, work.kept, work.cells_s))
        for number, (suite, only) in enumerate(parts):

            def tell(place: int, result: TestResult | None, number: int = number) -> None:
                if result is None:
                    pipe.begin(number, place, work.budget.taken_s)
                else:
                    pipe.say(TestJudged(result))

            deaths, known = exercise.limits.deaths_per_question, so_far.results[number]
            results.append(suite.run(Student(work), seed, deaths, only, known, tell))
    pipe.allow_cpu()
    return [without_forbidden(questions, exercise.questions, work.cells) for questions in results]


def lost_report(submission: Submission, problem: str) -> Report:
    """The report of a notebook that broke the judge: ungraded, for a person to look at."""
    return Report(submission.student, submission.exercise, None, 0.0, GradeStatus.UNGRADED, problem=problem)


def _seed(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()
