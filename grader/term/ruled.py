"""Rulings on questions: checked before they are recorded, and what they make of a report."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.core.course import Course
from grader.core.errors import GraderError, nearest
from grader.core.grades import Override, Ruling
from grader.core.report import GradeStatus, QuestionResult, Report
from grader.core.scoring import total

REASON_MOST = 2_000  # characters


def ruling(course: Course, exercise: str, question: str, kind: str, reason: str, by: str) -> Ruling:
    """A ruling on a question that the course has.

    Args:
        kind: "void", "given", or "" to take it back.

    Raises:
        GraderError: there is no such question, no reason, or one that is too long.
    """
    found = course.find(exercise)
    name = nearest(question, found.question_names, f"question of {found.slug}")
    where, reason = f"{found.slug} {name}", " ".join(reason.split())
    if kind and not reason:
        raise GraderError(f"{where}: students read the reason; give it with --reason")
    if len(reason) > REASON_MOST:
        raise GraderError(f"{where}: the reason has {len(reason)} characters; the limit is {REASON_MOST}")
    return Ruling(found.slug, name, kind, reason, by, "")


def ruled(report: Report, rulings: Mapping[str, Ruling]) -> Report:
    """A report as the rulings on its exercise make it.

    Args:
        rulings: question → ruling.
    """
    if not any(question.name in rulings for question in report.questions):
        return report
    questions = tuple(
        _ruled(question, rulings[question.name]) if question.name in rulings else question
        for question in report.questions
    )
    score = total(questions)
    most = round(sum(question.max_score for question in questions), 6)
    return replace(report, questions=questions, score=score, max_score=most, status=GradeStatus.of(score))


def _ruled(question: QuestionResult, ruling: Ruling) -> QuestionResult:
    most = 0.0 if ruling.kind == "void" else question.max_score
    return replace(question, score=most, max_score=most)


def decided(overrides: Sequence[Override], student: str, rulings: Mapping[str, Ruling]) -> list[Override]:
    """A student's overrides, and rulings as comments on their questions, whose scores they decide."""
    kept = [replace(each, score=None) if each.question in rulings else each for each in overrides]
    said = [
        Override(student, each.exercise, each.question, None, each.sentence, each.by, each.at)
        for each in rulings.values()
    ]
    return [each for each in kept if each.score is not None or each.comment] + said
