"""GitHub Classroom's result of a grader (JSON version 3), and what its reporter makes of it."""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from grader.core.grades import ClassGrades, Grade
from grader.core.report import GradeStatus, QuestionResult, Status
from grader.core.text import clean, csv_cell, one_line, points, utf8
from grader.exchange.export import Exported, Options, chosen, file_names, missing, ungraded

MOST_OUTPUT = 500
STATUS = {Status.PASSED: "pass", Status.UNGRADED: "error"}


def github(grades: ClassGrades, exercise: str | None, template: bytes | None, options: Options) -> Exported:
    """`<slug>/<student>.json`, `<slug>/<student>.result` (the same in base64) and `totals.csv`."""
    columns = chosen(grades, exercise)
    names = file_names([standing.person for standing in grades.standings])
    files: dict[str, bytes] = {}
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["student", "github_username", "exercise", "totalPoints", "maxPoints"])
    for column in columns:
        for standing in grades.standings:
            grade, person = standing.grades[column.slug], standing.person
            if grade.status == GradeStatus.MISSING:
                continue
            result = result_of(grade)
            files[f"{column.slug}/{names[person.id]}.json"] = (json.dumps(result, indent=1) + "\n").encode()
            files[f"{column.slug}/{names[person.id]}.result"] = encoded(result)
            total, most = reported(result)
            row = [person.id, person.github, column.slug]
            writer.writerow([*map(csv_cell, row), *([points(total, ""), points(most)] if most else ["", ""])])
    files["totals.csv"] = utf8(table.getvalue())
    left_out = [
        *ungraded(grades, columns, "its result is an error without points"),
        *missing(grades, columns, "no result"),
    ]
    return Exported(files, tuple(left_out))


def result_of(grade: Grade) -> dict[str, Any]:
    """One notebook's result; what a person or lateness changed is a test of its own, so that the sum is what
    counts.
    """
    questions = grade.report.questions if grade.report else ()
    result = result_from(questions, grade.exercise, grade.max_score)
    if grade.score is None:
        # The reporter posts points only of a result with a max_score: an open one must not be posted as 0.
        said = "ungraded: the grader could not judge this notebook; the course staff has to look at it"
        return {**result, "status": "error", "message": said, "max_score": 0, "tests": []}
    earned = sum(test["score"] for test in result["tests"])
    if abs(grade.score - earned) > 5e-7:
        why = [grade.note] if grade.note else []
        why += ["set by hand"] if any(one.score is not None for one in grade.overrides) else []
        why += [f"{one.question}: {one.comment}" if one.question else one.comment for one in grade.comments]
        extra = _test(
            "Correction", "fail" if grade.score < earned else "pass", "; ".join(why), grade.exercise, 0
        )
        result["tests"].append({**extra, "score": round(grade.score - earned, 6)})
    result["status"] = "pass" if grade.score >= grade.max_score else "fail"
    return result


def result_from(questions: Iterable[QuestionResult], exercise: str, max_score: float) -> dict[str, Any]:
    """A result made from questions: a test each of theirs, with the points that it earned."""
    tests = []
    for number, question in enumerate(questions, 1):
        for test in question.tests:
            name = f"{one_line(question.name)}: {clean(test.summary) or one_line(test.name)}"
            status = STATUS.get(test.status, "fail")
            tests.append(
                {**_test(name, status, clean(test.explanation), exercise, number), "score": test.points}
            )
    states = {test["status"] for test in tests}
    status = "error" if "error" in states or not tests else "fail" if "fail" in states else "pass"
    return {"version": 3, "status": status, "max_score": max_score, "tests": tests}


def encoded(result: dict[str, Any]) -> bytes:
    """A result as a step's output `result` holds it."""
    return base64.b64encode(json.dumps(result).encode())


def reported(result: dict[str, Any]) -> tuple[float, float]:
    """`totalPoints` and `maxPoints` as the reporter posts them; a result without a maximum counts for
    nothing.
    """
    if not result["max_score"]:
        return 0.0, 0.0
    return round(sum(test["score"] for test in result["tests"]), 6), result["max_score"]


def _test(name: str, status: str, said: str, exercise: str, task: int) -> dict[str, Any]:
    return {
        "name": name, "status": status, "message": said or None, "test_code": "", "task_id": task,
        "filename": f"{exercise}.ipynb", "line_no": 0, "duration": 0, "output": said[:MOST_OUTPUT],
    }  # fmt: skip
