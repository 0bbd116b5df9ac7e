"""Gradescope's results.json: one student's notebook, as its autograders report it."""

from __future__ import annotations

import json
from typing import Any

from grader.core.errors import GraderError
from grader.core.grades import ClassGrades, Grade
from grader.core.report import GradeStatus, Status
from grader.core.text import clean, one_line, points
from grader.exchange.choices import VISIBILITIES
from grader.exchange.export import Exported, Options, chosen, file_names, missing, ungraded

STATUS = {Status.PASSED: "passed", Status.UNGRADED: ""}
OPEN = (
    "This submission has no score yet: the autograder could not judge it. That is not the fault of what was handed in; "
    "the course staff has to look at it."
)


def gradescope(
    grades: ClassGrades, exercise: str | None, template: bytes | None, options: Options
) -> Exported:
    """`<student>/<slug>.json` for everything that was handed in; an ungraded one has no score in it, never 0."""
    columns = chosen(grades, exercise)
    names = file_names([standing.person for standing in grades.standings])
    files = {
        f"{names[standing.person.id]}/{column.slug}.json": results_bytes(grade, options.visibility)
        for standing in grades.standings
        for column in columns
        if (grade := standing.grades[column.slug]).status != GradeStatus.MISSING
    }
    left_out = [
        *ungraded(grades, columns, "its results.json has no score"),
        *missing(grades, columns, "no results.json"),
    ]
    return Exported(files, tuple(left_out))


def results_bytes(grade: Grade, visibility: str = "visible") -> bytes:
    """The file's content.

    Raises:
        GraderError: an unknown visibility.
    """
    return (json.dumps(results(grade, visibility), indent=1, ensure_ascii=False) + "\n").encode(
        "utf-8", "replace"
    )


def results(grade: Grade, visibility: str = "visible") -> dict[str, Any]:
    """The results of one notebook; the score at the top is the one that counts, after overrides and penalty.

    Raises:
        GraderError: an unknown visibility.
    """
    if visibility not in VISIBILITIES:
        raise GraderError(
            f"gradescope: no visibility '{one_line(visibility)}'; choose from {', '.join(VISIBILITIES)}"
        )
    report = grade.report
    document: dict[str, Any] = {
        "output": "\n".join(_explanation(grade)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": visibility,
        "stdout_visibility": "hidden",
        "tests": _tests(grade),
        "extra_data": {"exercise": grade.exercise, "status": grade.status, "max_score": grade.max_score},
    }
    if report is not None and "total_s" in report.timings:
        document["execution_time"] = report.timings["total_s"]
    if grade.score is None:
        for test in document["tests"]:
            test.pop("score", None)  # the sum of some tests is no score
        return document
    return {"score": grade.score, **document}


def _tests(grade: Grade) -> list[dict[str, Any]]:
    out = []
    for number, question in enumerate(grade.report.questions if grade.report else (), 1):
        for part, test in enumerate(question.tests, 1):
            one: dict[str, Any] = {
                "score": test.points,
                "max_score": test.max_points,
                "name": f"{one_line(question.name)}: {clean(test.summary) or one_line(test.name)}",
                "number": f"{number}.{part}",
                "output": clean(test.explanation),
                "tags": [one_line(question.name)],
            }
            if status := STATUS.get(test.status, "failed"):
                one["status"] = status
            out.append(one)
    return out


def _explanation(grade: Grade) -> list[str]:
    """Why the score is not the sum of the tests, and what else there is to say."""
    lines = [OPEN] if grade.score is None else []
    if grade.report is not None and grade.report.problem and grade.score is not None:
        lines.append(clean(grade.report.problem))
    for question, score in grade.question_scores():
        if grade.overridden(question.name):
            was = points(question.score, "open")
            most = points(question.max_score)
            lines.append(
                f"{one_line(question.name)}: {points(score)} of {most}, set by hand (the tests: {was})"
            )
    if grade.override:
        lines.append(f"The score was set by hand: {points(grade.override.score)}")
    for comment in grade.comments:
        lines.append(clean(f"{comment.question}: {comment.comment}" if comment.question else comment.comment))
    return [*lines, *([clean(grade.note)] if grade.note else [])]
