"""The report: one flat, versioned record per notebook; every other output is made from it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from sys import intern
from typing import Any

SCHEMA_VERSION = 1
STATUSES = (
    "passed", "failed", "crashed", "timed_out", "out_of_memory", "not_attempted", "skipped", "forbidden", "ungraded",
)  # fmt: skip


@dataclass(frozen=True)
class TestResult:
    """One hidden test: `message` is what the student reads, `diagnosis` the mistake it looks like."""

    name: str
    status: str
    points: float
    max_points: float
    summary: str
    message: str = ""
    diagnosis: str = ""


@dataclass(frozen=True)
class QuestionResult:
    """One question; its points are earned by its tests. `score` is None while a test of it is ungraded."""

    name: str
    score: float | None
    max_score: float
    status: str
    tests: tuple[TestResult, ...]


@dataclass(frozen=True)
class CellResult:
    """One code cell, counted from 1 as in Jupyter's `In [n]`."""

    index: int
    status: str
    error: str | None = None


@dataclass(frozen=True)
class Report:
    """Everything known about one student's notebook; identical from run to run outside `timings`."""

    student: str
    exercise: str
    score: float | None
    max_score: float
    status: str
    questions: tuple[QuestionResult, ...] = ()
    cells: tuple[CellResult, ...] = ()
    problem: str | None = None
    sandbox: dict[str, Any] = field(default_factory=dict)
    seed: str = ""
    submission_sha256: str = ""
    suite_sha256: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION

    def as_dict(self) -> dict[str, Any]:
        """The JSON form, as `docs/report.md` describes it."""
        data = {"schema_version": self.schema_version, **vars(self)}
        data["questions"] = tuple(
            {**vars(question), "tests": tuple(dict(vars(test)) for test in question.tests)}
            for question in self.questions
        )
        data["cells"] = tuple(dict(vars(cell)) for cell in self.cells)
        return {**data, **deepcopy({name: data[name] for name in ("sandbox", "environment", "timings")})}


def report_from(data: dict[str, Any]) -> Report:
    """A report from its JSON form.

    Raises:
        KeyError, TypeError: it is not one.
    """
    questions = tuple(
        QuestionResult(**{**question, "tests": tuple(_test(test) for test in question["tests"])})
        for question in data["questions"]
    )
    return Report(
        **{**data, "questions": questions, "cells": tuple(CellResult(**cell) for cell in data["cells"])}
    )


def _test(data: dict[str, Any]) -> TestResult:
    """A test; what is the same in the reports of a whole class is kept once."""
    shared = {key: intern(data[key]) for key in ("name", "status", "summary", "diagnosis")}
    return TestResult(**{**data, **shared})


def question_result(name: str, tests: tuple[TestResult, ...]) -> QuestionResult:
    """A question from its tests: no evidence, no points; one ungraded test leaves it open."""
    statuses = [test.status for test in tests]
    best = sum(test.max_points for test in tests)
    if "ungraded" in statuses:
        return QuestionResult(name, None, best, "ungraded", tests)
    score = round(sum(test.points for test in tests), 6)
    if all(status == "passed" for status in statuses):
        return QuestionResult(name, score, best, "passed", tests)
    if all(status == "not_attempted" for status in statuses):
        return QuestionResult(name, score, best, "not_attempted", tests)
    worst = next(
        s for s in (*STATUSES[1:5], "forbidden", "skipped", "not_attempted", "failed") if s in statuses
    )
    return QuestionResult(name, score, best, worst, tests)


def total(questions: tuple[QuestionResult, ...]) -> float | None:
    """The sum of the questions' scores, None while one of them is open."""
    scores = [question.score for question in questions]
    known = [score for score in scores if score is not None]
    return round(sum(known), 6) if len(known) == len(scores) else None
