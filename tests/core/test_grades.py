"""What a grade says about overrides and comments, and which students fit a pattern."""

from __future__ import annotations

import pytest

from grader.core.grades import ClassGrades, Column, Grade, Override, Standing, grade_of
from grader.core.report import GradeStatus, Report, Status, TestResult
from grader.core.scoring import question_result
from grader.core.students import Person, fits


def override(question: str, score: float | None, comment: str = "") -> Override:
    return Override("ada", "01_x", question, score, comment, "prof", "2026-03-05T08:00:00+00:00")


def a_grade(*overrides: Override) -> Grade:
    """Two questions, one right and one wrong."""
    tests = [TestResult("t", status, float(status == Status.PASSED), 1.0, "It adds.") for status in (Status.PASSED, Status.FAILED)]
    questions = tuple(question_result(name, (test,)) for name, test in zip("fg", tests, strict=True))
    report = Report("ada", "01_x", 1.0, 2.0, GradeStatus.GRADED, questions, sandbox={"rung": "bwrap"})
    return Grade("ada", "01_x", GradeStatus.GRADED, 2.0, report, score=1.0, raw=1.0, overrides=overrides)


def test_an_override_replaces_the_score_of_its_question_or_of_the_whole() -> None:
    """A comment without a score replaces nothing."""
    grade = a_grade(override("g", 0.5), override("f", None, "well done"), override("", 1.75))
    assert [(question.name, score) for question, score in grade.question_scores()] == [("f", 1.0), ("g", 0.5)]
    assert grade.override == override("", 1.75)
    assert a_grade(override("g", 0.5)).override is None and a_grade().question_scores()[1][1] == 0.0


def test_comments_on_the_whole_exercise_come_first() -> None:
    """A score without a word is not a comment."""
    grade = a_grade(override("g", 0.5, "half"), override("f", 1.0), override("", None, "see me"))
    assert [one.comment for one in grade.comments] == ["see me", "half"]


def test_a_report_alone_is_a_grade() -> None:
    """Graded or ungraded, without a policy."""
    report = Report("ada", "01_x", None, 2.0, GradeStatus.UNGRADED)
    assert (grade_of(report).status, grade_of(report).score) == (GradeStatus.UNGRADED, None)
    judged = grade_of(Report("ada", "01_x", 1.5, 2.0, GradeStatus.GRADED))
    assert (judged.status, judged.score, judged.raw, judged.attempts) == (GradeStatus.GRADED, 1.5, 1.5, 1)


def test_a_class_names_the_sandbox_of_most_reports() -> None:
    """And none if nothing was judged."""
    missing = Grade("bob", "01_x", GradeStatus.MISSING, 2.0)
    rows = tuple(Standing(Person(grade.student), {"01_x": grade}, 1.0, 2.0) for grade in (a_grade(), missing))
    assert ClassGrades((Column("01_x", "X", 2.0),), rows).sandbox == "bwrap"
    assert ClassGrades((Column("01_x", "X", 2.0),), rows[1:]).sandbox == ""
    assert rows[0].person.called == "ada" and Person("bob", "Bob Ross").called == "Bob Ross"


@pytest.mark.parametrize(
    ("globs", "names", "fit"),
    [
        (["ada"], ["ada"], True), (["a*"], ["ada"], True), (["a*"], ["bob"], False), (["b*", "a*"], ["ada"], True),
        (["Ada L*"], ["ada", "Ada Lovelace"], True), (["*"], [""], False), ([], ["ada"], False),
    ],
)  # fmt: skip
def test_students_are_chosen_by_patterns(globs: list[str], names: list[str], fit: bool) -> None:
    """One pattern must fit the ID or the name; a name that is not known fits none."""
    assert fits(globs, *names) is fit
