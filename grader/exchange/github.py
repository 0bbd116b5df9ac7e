"""GitHub Classroom's result of a grader (JSON version 3), which its reporter adds up."""

import base64
import json
from collections.abc import Iterable

from grader.core.grades import ClassGrades, Column, Grade
from grader.core.report import QuestionResult, Status
from grader.core.safe_text import clean
from grader.exchange.common_parts import cell, csv_bytes, file_names, handed_in, remark, title_of_test
from grader.exchange.export import Exported, Options

MOST_OUTPUT = 500
STATUS = {Status.PASSED: "pass", Status.UNGRADED: "error"}
UNGRADED = "ungraded: the grader could not judge this notebook; the course staff has to look at it"
Json = dict[str, object]


def github(grades: ClassGrades, columns: tuple[Column, ...], options: Options) -> Exported:
    """`<slug>/<student>.json`, `<slug>/<student>.result` (the same in base64) and `totals.csv`."""
    names = file_names([standing.person for standing in grades.standings])
    files: dict[str, bytes] = {}
    totals: list[list[str | float | None]] = [
        ["student", "github_username", "exercise", "totalPoints", "maxPoints"]
    ]
    for person, column, grade in handed_in(grades, columns):
        result, path = result_of(grade), f"{column.slug}/{names[person.id]}"
        files[f"{path}.json"] = (json.dumps(result, indent=1) + "\n").encode()
        files[f"{path}.result"] = encoded(result)
        known = grade.score is not None and grade.max_score
        points = (grade.score, grade.max_score) if known else (None, None)
        totals.append([person.id, person.github, column.slug, *points])
    files["totals.csv"] = csv_bytes(map(cell, row) for row in totals)
    return Exported(files)


def result_of(grade: Grade) -> Json:
    """One notebook's result; what a person or lateness changed is an extra test, so that the sum is right."""
    if grade.score is None:
        return error_result(UNGRADED)
    tests, total = _tests(grade.questions, grade.exercise), earned(grade.questions)
    if abs(grade.score - total) > 5e-7:
        why = [grade.note] if grade.note else []
        why += ["set by hand"] if grade.set_by_hand else []
        why += map(remark, grade.comments)
        status, change = "fail" if grade.score < total else "pass", round(grade.score - total, 6)
        tests.append(_test("Correction", status, "; ".join(why), grade.exercise, 0, change))
    return _result("pass" if grade.score >= grade.max_score else "fail", grade.max_score, tests)


def result_from(questions: Iterable[QuestionResult], exercise: str, max_score: float) -> Json:
    """A result made from questions: a test for each of theirs, with the points that it earned."""
    tests = _tests(questions, exercise)
    states = {test["status"] for test in tests}
    status = "error" if "error" in states or not tests else "fail" if "fail" in states else "pass"
    return _result(status, max_score, tests)


def error_result(message: str) -> Json:
    """A result without a maximum: the reporter posts no points for it, so it is never posted as 0."""
    return {**_result("error", 0, []), "message": message}


def encoded(result: Json) -> bytes:
    """A result as a step's output `result` holds it."""
    return base64.b64encode(json.dumps(result).encode())


def earned(questions: Iterable[QuestionResult]) -> float:
    """The points of all tests."""
    return round(sum(test.points for question in questions for test in question.tests), 6)


def _result(status: str, max_score: float, tests: list[Json]) -> Json:
    return {"version": 3, "status": status, "max_score": max_score, "tests": tests}


def _tests(questions: Iterable[QuestionResult], exercise: str) -> list[Json]:
    return [
        _test(
            title_of_test(question, test), STATUS.get(test.status, "fail"), clean(test.explanation), exercise,
            number, test.points,
        )
        for number, question in enumerate(questions, 1)
        for test in question.tests
    ]  # fmt: skip


def _test(name: str, status: str, message: str, exercise: str, task: int, score: float) -> Json:
    return {
        "name": name, "status": status, "message": message or None, "test_code": "", "task_id": task,
        "filename": f"{exercise}.ipynb", "line_no": 0, "duration": 0, "output": message[:MOST_OUTPUT],
        "score": score,
    }  # fmt: skip
