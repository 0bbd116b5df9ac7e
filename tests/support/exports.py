"""A class as other systems get it, and what those systems make of our files."""

from __future__ import annotations

import base64
import json
from typing import Any

from grader.core.grades import ClassGrades, Column, Grade, Override, Standing
from grader.core.report import CellResult, GradeStatus, Report, Status, TestResult
from grader.core.scoring import question_result, total
from grader.core.students import Person

HOSTILE = '=HYPERLINK("http://evil","x"),<b>\x1b[31m\u202e\x00\ufffe\ud800'


def a_report(student: str, slug: str, statuses: dict[str, list[str]], message: str = "got 3.0, expected 4.0") -> Report:
    """A report of the real shape; each question's tests have the statuses given, one point each."""
    questions = []
    for name, states in statuses.items():
        tests = tuple(
            TestResult(
                f"test_{name}_{n}", Status(state), 1.0 if state == "passed" else 0.0, 1.0, f"{name} does part {n}.",
                "" if state == "passed" else message, "the inputs are swapped" if state == "failed" else "",
            )
            for n, state in enumerate(states)
        )  # fmt: skip
        questions.append(question_result(name, tests))
    score = total(tuple(questions))
    return Report(
        student, slug, score, float(sum(len(s) for s in statuses.values())), GradeStatus.UNGRADED if score is None else GradeStatus.GRADED, tuple(questions),
        cells=(CellResult(1, Status.PASSED),), sandbox={"rung": "bwrap", "limits": {}}, seed="0" * 64, submission_sha256="1" * 64,
        suite_sha256="2" * 64, environment={"python": "3.11"}, timings={"total_s": 0.5, "cells_s": 0.25, "worker_cpu_s": 0.2},
    )  # fmt: skip


def a_grade(report: Report, **more: Any) -> Grade:
    """A grade from a report: its score, unless something else is said."""
    facts = {"score": report.score, "raw": report.score, "attempts": 1, "submitted_at": "2026-03-01T10:00:00+00:00"}
    return Grade(report.student, report.exercise, report.status, report.max_score, report=report, **{**facts, **more})


def a_class() -> ClassGrades:
    """Seven students and two exercises: right, half right, late and overridden, ungraded, missing, hostile, of another roster."""
    full = {"AddGate": ["passed", "passed"], "MulGate": ["passed", "passed"]}
    half = {"AddGate": ["passed", "failed"], "MulGate": ["crashed", "not_attempted"]}
    open_ = {"AddGate": ["passed", "ungraded"], "MulGate": ["passed", "passed"]}
    columns = (Column("01_gates", "Gates of a graph", 4.0), Column("02_sigmoid", "Sigmoid", 4.0))

    def gates(student: str, statuses: dict[str, list[str]], **more: Any) -> Grade:
        return a_grade(a_report(student, "01_gates", statuses), **more)

    def nothing(student: str, slug: str) -> Grade:
        return Grade(student, slug, GradeStatus.MISSING, 4.0)

    people = [
        (
            Person("amy", "Amy Adams", "Adams, Amy", "amy@uni.edu", "Mon", "101", "S1", "aadams", "m1", "amy-gh"),
            gates("amy", full, participant="9001"),
        ),
        (
            Person("bob", "Bob Brown", "Brown, Bob", "bob@uni.edu", "Tue", "102", "S2", "bbrown", "m2", "bob-gh"),
            gates("bob", half, participant="9002"),
        ),
        (
            Person("cem", "Cem Çelik", "Çelik, Cem", "cem@uni.edu", "Mon", "103", "S3", "ccelik", "m3", "cem-gh"),
            gates(
                "cem", half, participant="9003", raw=2.5, score=2.0, penalty=0.5, days_late=2, grace_days=1,
                note="2 days late, 1 of grace: 0.5 points off.",
                overrides=(
                    Override("cem", "01_gates", "MulGate", 1.5, "the idea is right", "prof", "2026-03-05T08:00:00+00:00"),
                    Override("cem", "01_gates", "", None, "see me about \"x\\y\" <b>\nsoon", "prof", "2026-03-05T08:01:00+00:00"),
                ),
            ),
        ),
        (
            Person("dee", "Dee, the \"Third\" Dunn", "Dunn, Dee", "dee@uni.edu", "Tue", "104", "", "", "", ""),
            gates("dee", open_, participant="9004"),
        ),
        (Person("eve", "Eve Ek", "Ek, Eve", "eve@uni.edu", "Mon", "105", "S5", "eek", "m5", ""), nothing("eve", "01_gates")),
        (
            Person(HOSTILE, HOSTILE, "", "", "", "", "", "", "", HOSTILE),
            a_grade(a_report(HOSTILE, "01_gates", half, HOSTILE), dropped=True),
        ),
        (Person("stray", enrolled=False), gates("stray", full, score=4.5, overrides=(Override("stray", "01_gates", "", 4.5, "", "p", ""),))),
    ]  # fmt: skip
    standings = []
    for person, grade in people:
        second = nothing(person.id, "02_sigmoid")
        if person.id == "amy":
            second = a_grade(a_report("amy", "02_sigmoid", {"sigmoid": ["passed", "passed", "failed", "failed"]}))
        known = [one.score for one in (grade, second) if one.score is not None]
        both = None if "ungraded" in (grade.status, second.status) else sum(known)
        standings.append(Standing(person, {"01_gates": grade, "02_sigmoid": second}, both, 8.0))
    return ClassGrades(columns, tuple(standings), roster=True)


SPEC = {  # gradescope/autograder_samples, docs/specs.md: name → type, of the top level and of a test
    "score": (int, float), "execution_time": (int, float), "output": str, "output_format": str, "test_output_format": str,
    "test_name_format": str, "visibility": str, "stdout_visibility": str, "extra_data": dict, "tests": list, "leaderboard": list,
}  # fmt: skip
SPEC_TEST = {
    "score": (int, float), "max_score": (int, float), "status": str, "name": str, "name_format": str, "number": str, "output": str,
    "output_format": str, "tags": list, "visibility": str, "extra_data": dict,
}  # fmt: skip


def check_gradescope(data: bytes) -> dict[str, Any]:
    """Whether results.json is what Gradescope's specification says; the document."""
    document: dict[str, Any] = json.loads(data)
    for name, value in document.items():
        assert isinstance(value, SPEC[name]) and not isinstance(value, bool), name
    for test in document["tests"]:
        for name, value in test.items():
            assert isinstance(value, SPEC_TEST[name]), name
        assert test.get("status", "passed") in ("passed", "failed")
    for place in ("visibility", "stdout_visibility"):
        assert document[place] in ("hidden", "after_due_date", "after_published", "visible")
    assert b"\r" not in data
    return document


def reporter(files: dict[str, bytes]) -> tuple[float, float] | None:
    """What classroom-resources/autograding-grading-reporter posts for one runner (src/notify-classroom.js), or nothing."""
    result = json.loads(base64.b64decode(files["result"]))
    if not result.get("max_score"):
        return None
    return sum(test["score"] for test in result["tests"]), result["max_score"]
