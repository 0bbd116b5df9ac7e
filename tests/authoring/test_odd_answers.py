"""Odd answers reach every question, and what a suite makes of them is a sentence or a finding of the audit."""

from __future__ import annotations

import ast
import builtins
import shutil
from collections import Counter
from pathlib import Path

import pytest
from support.paths import COURSE

from grader.authoring.audit import structure
from grader.authoring.odd_answers import NAMES, PARTS, odd_answers
from grader.authoring.odd_audit import (
    OddCase,
    OddVerdict,
    judged_odd,
    odd_cases,
    odd_findings,
    problems_in,
)
from grader.core.course import Course
from grader.core.report import QuestionResult, Status, TestResult
from grader.engine.sandboxed import Sandbox
from grader.engine.submission import Judge
from grader.sandbox.forkserver import ForkServer


def test_there_are_more_than_two_hundred_odd_answers_of_every_part() -> None:
    """Each is an expression, or the raising of one, of names that are there."""
    answers = odd_answers()
    assert len(answers) - Counter(answers.values())["alike"] >= 190 and len(answers) >= 250
    assert set(answers.values()) == set(PARTS)
    names: dict[str, object] = {}
    exec(NAMES.read_text(encoding="utf-8"), names)
    for answer in answers:
        used = {node.id for node in ast.walk(ast.parse(answer)) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        own = {node.id for node in ast.walk(ast.parse(answer)) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        assert used - own - set(names) - set(dir(builtins)) <= {"right"}, answer


@pytest.mark.parametrize("answer", ["None", "[right]", "numbers(right) + 1e3", "raise ValueError('odd')", "right + 0", "Endless()"])
def test_an_odd_answer_reaches_functions_and_methods(answer: str, open_server: ForkServer) -> None:
    """Each question of the tiny course loses its points and says a sentence, unless the answer may be right."""
    course = Course(COURSE)
    case = next(case for case in odd_cases(course.exercises["01_double"]) if case.answer == answer)
    verdict = judged_odd(Judge(course.exercises, "", Sandbox.of(open_server)), case)
    assert verdict.problems == ()
    assert verdict.full == ({"double", "Counter", "apply"} if answer == "right + 0" else set())


def result(question: str, status: Status, message: str = "") -> QuestionResult:
    points = 1.0 if status == Status.PASSED else 0.0
    return QuestionResult(question, points, 1.0, status, (TestResult("test_a", status, points, 1.0, "", message),))


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ("", "failed: nothing is said"),
        ("You called `f(1)`: the answer could not be used (TypeError: no).", "failed: You called"),
        ("Traceback (most recent call last):", "failed: Traceback"),
        ("got <__main__.Odd object at 0x7f>", "failed: got <__main__"),
        ("You called `f(1)`: expected numbers, got None.", ""),
    ],
)
def test_what_is_no_sentence_is_a_problem(message: str, problem: str) -> None:
    """The suite has used the answer before looking at it, or has nothing to say."""
    found = list(problems_in("hidden", [result("f", Status.FAILED, message)]))
    assert [text.startswith(f"hidden suite: test_a: {problem}") for text in found] == ([True] if problem else [])


def test_an_ungraded_question_is_a_problem_whatever_is_said() -> None:
    """An answer must not be able to leave a question open."""
    assert list(problems_in("hidden", [result("f", Status.UNGRADED, "A sentence.")]))
    assert not list(problems_in("hidden", [result("f", Status.PASSED)]))


def test_full_marks_for_what_is_not_right_are_a_problem() -> None:
    """Not for what may be right, nor of a question that no answer costs anything: nothing was put for it."""
    cases = [OddCase("01_a", answer, may_be_right, "") for answer, may_be_right in (("None", False), ("1j", False), ("right", True))]
    full = [{"f", "g"}, {"g"}, {"f", "g"}]
    findings = odd_findings([OddVerdict(case, (), frozenset(names)) for case, names in zip(cases, full, strict=True)])
    assert [(finding.case, finding.problem) for finding in findings] == [
        ("01_a: odd answer None", "f has full marks"), ("01_a: odd answer 1j", ""), ("01_a: odd answer right", "")
    ]  # fmt: skip


def test_a_course_says_how_many_variants_and_hints_it_wants(tmp_path: Path) -> None:
    """`[audit]` in course.toml; without it as many as our own course has."""
    shutil.copytree(COURSE, tmp_path / "course")
    settings = tmp_path / "course" / "solutions" / "course.toml"

    def wanted(text: str) -> list[str]:
        settings.write_text(text, encoding="utf-8")
        course = Course(tmp_path / "course")
        problems = structure(course, course.exercises.values())
        return [problem.partition(": ")[2] for problem in problems if "at least" in problem]

    hints = [f"{name} has no hints, at least 2 are needed" for name in ("double", "Counter", "apply")]
    assert wanted("") == [*hints, "no variants, at least 6 are needed", "no variants, at least 8 are needed"]
    assert wanted("[audit]\nhints = 0\nwrong = 1") == ["no variants, at least 6 are needed", "no variants, at least 1 are needed"]
    assert wanted("[audit]\nhints = 0\nwrong = 0\ncorrect = 0") == []
