"""What a difference says of every way in which a score can change, without a sandbox."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from grader.core.grades import ClassGrades, Column, Grade, Override, Standing
from grader.core.report import GradeStatus, QuestionResult, Report, Status, TestResult
from grader.core.students import Person
from grader.term import diff
from grader.term.gradebook.attempts import RecordedVerdict

SLUG = "01_gates"


def result(name: str, points: float, status: Status = Status.PASSED) -> TestResult:
    return TestResult(name, status, points, 2.0, "")


def report(score: float, *tests: TestResult) -> Report:
    question = QuestionResult("MulGate", score, 4.0, Status.PASSED, tests)
    return Report("ada", SLUG, score, 4.0, GradeStatus.of(score), (question,), submission_sha256="a")


BEFORE = report(3.0, result("sum", 2.0), result("product", 1.0), result("gone", 0.0))


def compared(
    monkeypatch: pytest.MonkeyPatch, grade: Grade | None, exported: bool = True, first: bool = False
) -> diff.Difference:
    """The difference between `BEFORE`, which is report 1, and the grade that ada has now by report 2.

    Args:
        exported: the scores were; otherwise reports are compared.
        first: there was no score then.
    """
    published = {("ada", SLUG): (None, None) if first else (3.0, 1)} if exported else {}
    verdicts = [RecordedVerdict(1, 7, "old", "", 3.0, 4.0), RecordedVerdict(2, 7, "new", "", 2.0, 4.0)]
    monkeypatch.setattr(diff, "published", lambda book: published)
    monkeypatch.setattr(diff, "verdicts", lambda book: verdicts)
    monkeypatch.setattr(diff, "reports", lambda book, numbers: {1: BEFORE} if 1 in numbers else {})
    standings = (Standing(Person("ada", "Ada L."), {SLUG: grade}, None, 4.0),) if grade else ()
    return diff.difference(cast(Any, None), ClassGrades((Column(SLUG, "", 4.0),), standings))


def graded(after: Report, **fields: Any) -> Grade:
    grade = Grade("ada", SLUG, GradeStatus.of(after.score), 4.0, after, score=after.score, verdict=2)
    return replace(grade, **fields)


def test_every_test_that_changed_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """Verdicts, points, tests that came and went; what did not change is not mentioned."""
    after = report(2.0, result("sum", 0.0, Status.FAILED), result("product", 2.0), result("fresh", 0.0, Status.TIMED_OUT))
    (change,) = compared(monkeypatch, graded(after)).changes
    assert (change.called, change.before, change.after, change.by) == ("Ada L.", 3.0, 2.0, -1.0)
    assert change.why == (
        "MulGate: sum: passed, now failed (2 → 0)",
        "MulGate: product: 1 → 2 points",
        "MulGate: gone is gone: it gave passed, 0 of 2",
        "MulGate: fresh is new: timed out, 0 of 2",
    )


@pytest.mark.parametrize(
    ("grade", "why"),
    [
        (graded(replace(BEFORE, score=2.0, submission_sha256="b")), ("another file counts now",)),
        (graded(replace(BEFORE, score=None, problem="no sandbox")), ("could not be graded again: no sandbox",)),
        (graded(replace(BEFORE, score=None)), ("could not be graded again: a test broke",)),
        (graded(BEFORE, score=1.0, overrides=(Override("ada", SLUG, "", 1.0, "copied", "grace", ""),)), ("set by grace: copied",)),
        (graded(BEFORE, score=1.0, overrides=(Override("ada", SLUG, "MulGate", 1.0, "", "grace", ""),)), ("set by grace: MulGate",)),
        (graded(BEFORE, score=1.0, overrides=(Override("ada", SLUG, "", 1.0, "", "grace", ""),)), ("set by grace: the whole exercise",)),
        (graded(BEFORE, score=1.5, note="2 days late: half"), ("2 days late: half",)),
        (None, ("is not in the gradebook any more",)),
    ],
)
def test_people_policies_and_files_are_reasons_too(grade: Grade | None, why: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    (change,) = compared(monkeypatch, grade).changes
    assert change.why == why and diff.tests_that_matter([change, change]) == [(why[0], 2)]


def test_what_was_exported_without_a_score_and_has_one_now(monkeypatch: pytest.MonkeyPatch) -> None:
    (change,) = compared(monkeypatch, graded(BEFORE), first=True).changes
    assert (change.before, change.after, change.why) == (None, 3.0, ("handed in and graded since",))


def test_without_an_export_the_reports_before_these_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the same file, by another suite; policies and decisions do not count there."""
    found = compared(monkeypatch, graded(replace(BEFORE, score=2.0), note="late"), exported=False)
    assert (found.against, found.compared) == ("previous", 1)
    assert [(change.before, change.after, change.why) for change in found.changes] == [(3.0, 2.0, ())]


def test_equal_scores_are_no_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even by a rounding error."""
    assert compared(monkeypatch, graded(BEFORE, score=3.0 + 1e-12)).changes == ()
