"""The diagnoses prove themselves: a wrong variant of the course gets a fitting sentence or none, a right one
never any.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.audit import Case, cases_of, judge_cells
from grader.core.course import Course, Exercise
from grader.core.errors import GraderError, OurFailure
from grader.core.report import QuestionResult, Status
from grader.engine.batch import judges

GIVEN, NONE, WRONG = "given", "none", "wrong"


@dataclass(frozen=True)
class Diagnosed:
    """What one variant was told.

    Args:
        expected: the words that its docstring declares, () for "none", or None where it declares nothing.
        told: (question, diagnosis), each once, in the order of the tests.
        silent: (question, message) of the failed tests without a diagnosis.
        problem: why it could not be judged, or "".
    """

    slug: str
    variant: str
    expected: tuple[str, ...] | None
    told: tuple[tuple[str, str], ...]
    silent: tuple[tuple[str, str], ...] = ()
    problem: str = ""

    @property
    def verdict(self) -> str:
        """ "given", "none", or "wrong": a sentence that the variant does not declare, or any for a right
        answer.
        """
        if self.problem or any(not self._fits(text) for _, text in self.told):
            return WRONG
        if self.expected and not self.told:
            return WRONG
        return GIVEN if self.told else NONE

    def _fits(self, text: str) -> bool:
        return self.expected is None or any(words in text for words in self.expected)

    @property
    def unread(self) -> bool:
        """Whether no author has said yet that this diagnosis is the right one."""
        return bool(self.told) and self.expected is None


def diagnoses_audit(
    course: Course, slugs: list[str], jobs: int, done: Callable[[int], None]
) -> list[Diagnosed]:
    """What every variant is told, right ones too; `done` is told the number in all, once for each.

    Raises:
        GraderError: no sandbox, or a suite that cannot be collected.
    """
    exercises = [course.find(slug) for slug in slugs] or list(course.exercises.values())
    exercises.sort(
        key=lambda exercise: exercise.limits.submission_cpu_s, reverse=True
    )  # what trains goes first
    work = [
        (case, declared(exercise, case))
        for exercise in exercises
        for case in cases_of(exercise)
        if case.name.startswith(("correct/", "wrong/"))
    ]
    if not work:
        raise GraderError(f"{course.root}: no variants to diagnose (no solutions/*/wrong/*.py)")
    found = []
    with judges(course.root, jobs) as pool:
        for future in as_completed([pool.submit(_run, case, expected) for case, expected in work]):
            found.append(future.result())
            done(len(work))
    return sorted(found, key=lambda one: (one.slug, one.variant))


def declared(exercise: Exercise, case: Case) -> tuple[str, ...] | None:
    """The words of the `Diagnosis:` lines of a wrong variant's docstring; a right one declares that there are
    none.
    """
    if case.name.startswith("correct/"):
        return ()
    return declared_words(exercise.folder / f"{case.name}.py")


def declared_words(path: Path) -> tuple[str, ...] | None:
    """() for `Diagnosis: none`, None where there is no such line."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    lines = [
        line.removeprefix("Diagnosis:").strip() for line in text.splitlines() if line.startswith("Diagnosis:")
    ]
    return tuple(line for line in lines if line != "none") if lines else None


def _run(case: Case, expected: tuple[str, ...] | None) -> Diagnosed:
    try:
        (questions,) = judge_cells(case.slug, case.cells, [("hidden", case.loses or frozenset())])
    except OurFailure as failure:
        return Diagnosed(case.slug, case.name, expected, (), problem=str(failure))
    told, silent = said(questions)
    return Diagnosed(case.slug, case.name, expected, told, silent)


def said(
    questions: Sequence[QuestionResult],
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """(question, diagnosis), each once, and (question, message) of the failed tests that have none."""
    told: dict[tuple[str, str], None] = {}
    silent = []
    for question in questions:
        for test in question.tests:
            if test.diagnosis:
                told[question.name, test.diagnosis] = None
            elif test.status != Status.PASSED:
                silent.append((question.name, f"{test.status}: {test.message}"))
    return tuple(told), tuple(silent)
