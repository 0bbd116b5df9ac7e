"""A report, and a class graded into a gradebook."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from grader.cli.main import main
from grader.core.report import CellResult, GradeStatus, QuestionResult, Report, Status, TestResult

REPORT = Report(
    "ada", "01_double", 2.0, 5.0, GradeStatus.GRADED,
    questions=(QuestionResult("double", 2.0, 5.0, Status.FAILED, (TestResult("test_a", Status.FAILED, 2.0, 5.0, "It doubles.", "got 3", "x"),)),),
    cells=(CellResult(1, Status.FAILED, "NameError"),), timings={"total_s": 0.1}, submission_sha256="ab",
)  # fmt: skip



def grade(place: Path, *more: str) -> Result:
    arguments = ["grade", place / "in", "-o", place / "out", "--course", place / "course", "--jobs", "1", *more]
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)
