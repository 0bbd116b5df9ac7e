"""How a score is shown: the number, its tone, and in words what became of it between the tests and the
gradebook.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.core.grades import Grade, Override
from grader.core.report import GradeStatus, Status
from grader.core.text import points, short, shown_name


@dataclass(frozen=True)
class ShownScore:
    """A score: `text` the number, `label` what it means in words, `tone` a class of style.css."""

    text: str
    label: str
    tone: str


def score_cell(grade: Grade) -> ShownScore:
    """How a grade is shown and said."""
    score, report = grade.score, grade.report
    if score is None:
        return (
            ShownScore(Status.UNGRADED.sign, Status.UNGRADED.word, Status.UNGRADED.tone)
            if grade.status == GradeStatus.UNGRADED
            else ShownScore("–", "not handed in", "none")
        )
    text = points(score)
    if report and report.problem and grade.override is None:
        return ShownScore(text, "unreadable", "bad")
    if score >= grade.max_score:
        return ShownScore(text, "full", "good")
    if score > 0:
        return ShownScore(text, *(("partial", "mid") if score * 2 >= grade.max_score else ("low", "low")))
    untouched = report is not None and bool(report.questions)
    untouched = (
        untouched and report is not None and all(q.status == Status.NOT_ATTEMPTED for q in report.questions)
    )
    return ShownScore(text, "not attempted" if untouched else "no points", "bad")


def said(override: Override, tests_gave: float | None) -> str:
    """An override in a sentence: who, when, why, and what the tests gave; or a comment and whose it is."""
    who = (
        f"{shown_name(override.by)} on {short(override.at[:10])}"
        if override.by
        else f"a person on {short(override.at[:10])}"
    )
    comment = f": {override.comment.rstrip('.')}" if override.comment else ""
    if override.score is None:
        return who + comment
    return f"set by {who}{comment}; the tests gave {'no score' if tests_gave is None else points(tests_gave)}"


def remarks(grade: Grade) -> list[str]:
    """What the number alone does not say, in sentences: lateness, overrides, why it is 0, that it does not
    count.
    """
    report = grade.report
    out = [grade.note] if grade.note else []
    if report and report.problem:
        out.append(report.problem)
    given = {question.name: question.score for question in report.questions} if report else {}
    for over in grade.overrides:
        tests_gave = given.get(over.question) if over.question else report.score if report else None
        out.append((f"{over.question} " if over.question else "") + said(over, tests_gave))
    return [*out, "does not count in the total"] if grade.dropped else out
