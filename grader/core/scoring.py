"""Scores: a question's from its tests, an exercise's from its questions."""

from collections.abc import Iterable

from grader.core.report import QuestionResult, Status, TestResult

# The status of a question is the first of these that one of its tests has.
WORST_FIRST = (
    Status.UNGRADED,
    Status.FAILED,
    Status.CRASHED,
    Status.TIMED_OUT,
    Status.OUT_OF_MEMORY,
    Status.FORBIDDEN,
    Status.SKIPPED,
    Status.NOT_RUN,
    Status.NOT_ATTEMPTED,
    Status.PASSED,
)


def question_result(name: str, tests: tuple[TestResult, ...]) -> QuestionResult:
    """A question from its tests: no evidence, no points; one ungraded test leaves it open."""
    statuses = {test.status for test in tests}
    status = next((status for status in WORST_FIRST if status in statuses), Status.PASSED)
    score = None if status == Status.UNGRADED else round(sum(test.points for test in tests), 6)
    return QuestionResult(name, score, sum(test.max_points for test in tests), status, tests)


def total(questions: tuple[QuestionResult, ...]) -> float | None:
    """The sum of the questions' scores, None while one of them is open."""
    known = [question.score for question in questions if question.score is not None]
    return round(sum(known), 6) if len(known) == len(questions) else None


def not_run(questions: Iterable[QuestionResult]) -> dict[str, list[str]]:
    """First cause → the questions that could not run because of it, wholly or in part."""
    found: dict[str, list[str]] = {}
    for question in questions:
        for origin in dict.fromkeys(test.origin for test in question.tests if test.origin):
            found.setdefault(origin, []).append(question.name)
    return found
