"""From cells to a report: full marks, partial marks, nothing tried, nothing readable, and the same again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from support.cells import APPLY, COUNTER, DOUBLE, RIGHT, WRONG, GradeCells, judge_of

from grader.core.course import Exercise
from grader.core.report import Report
from grader.engine.submission import Submission
from grader.sandbox.forkserver import ForkServer
from grader.suite.session import SuiteSession


def scores(report: Report) -> dict[str, float | None]:
    return {question.name: question.score for question in report.questions}


def statuses(report: Report) -> dict[str, str]:
    return {question.name: question.status for question in report.questions}


def test_the_reference_notebook_gets_full_marks(forkserver: ForkServer, exercise: Exercise, suite: SuiteSession) -> None:
    """The notebook on disk passes every test, and the report says under which conditions."""
    report = judge_of(exercise, suite, forkserver).grade(Submission("ada", "01_double", exercise.notebook))
    assert (report.status, report.score, report.max_score) == ("graded", 5.0, 5.0)
    assert report.sandbox["rung"] == "bwrap" and report.problem is None
    assert [cell.status for cell in report.cells] == ["passed"] * 3
    assert report.submission_sha256 and report.suite_sha256 and report.seed


def test_one_wrong_question_costs_its_own_points(grade_cells: GradeCells) -> None:
    """A counter that forgets loses the counter's point and no other."""
    report = grade_cells([DOUBLE, WRONG[1], APPLY])
    assert scores(report) == {"double": 3.0, "Counter": 0.0, "apply": 1.0}
    assert statuses(report)["Counter"] == "failed"
    assert report.score == 4.0


def test_one_wrong_test_costs_its_own_points(grade_cells: GradeCells) -> None:
    """A function that is right for numbers only keeps the points for numbers."""
    report = grade_cells(["def double(x):\n    return 2 * x if isinstance(x, float) else x", COUNTER, APPLY])
    assert scores(report)["double"] == 2.0
    assert statuses(report)["double"] == "failed"


def test_wrong_answers_everywhere_give_nothing(grade_cells: GradeCells) -> None:
    """The wrong notebook that the attacks start from has no points."""
    report = grade_cells(WRONG)
    assert (report.score, report.status) == (0.0, "graded")


def test_stubs_and_missing_names_are_not_attempted(grade_cells: GradeCells) -> None:
    """A stub, a missing class and a missing function are no crash."""
    report = grade_cells(["def double(x):\n    raise NotImplementedError('your turn')"])
    assert set(statuses(report).values()) == {"not_attempted"}
    assert (report.score, report.status) == (0.0, "graded")


def test_an_empty_notebook_is_graded_as_not_attempted(grade_cells: GradeCells) -> None:
    """No cells, no points, no problem."""
    report = grade_cells([])
    assert (report.score, report.status, report.problem) == (0.0, "graded", None)


def test_an_unreadable_file_is_a_graded_zero_with_a_problem(
    tmp_path: Path, forkserver: ForkServer, exercise: Exercise, suite: SuiteSession
) -> None:
    """The report of a broken file names what is wrong with it and lists every question."""
    path = tmp_path / "01_double.ipynb"
    path.write_bytes(b"\xff\xfe\x00broken")
    report = judge_of(exercise, suite, forkserver).grade(Submission("eve", "01_double", path))
    assert (report.score, report.status) == (0.0, "graded")
    assert report.problem and "could not be read" in report.problem
    assert statuses(report) == {"double": "not_attempted", "Counter": "not_attempted", "apply": "not_attempted"}


def test_a_crash_in_one_question_leaves_the_others(grade_cells: GradeCells) -> None:
    """The process that `double` ends is replaced, and the other questions are graded in the new one."""
    report = grade_cells(["import os\ndef double(x):\n    os._exit(0)", COUNTER, APPLY])
    assert scores(report) == {"double": 0.0, "Counter": 1.0, "apply": 1.0}
    assert statuses(report)["double"] == "crashed"


def test_a_failed_cell_is_reported_and_the_rest_is_graded(grade_cells: GradeCells) -> None:
    """An error in one cell takes away only what it should have defined."""
    report = grade_cells([DOUBLE, "1 / 0", COUNTER, "def apply(f, x:"])
    assert [cell.status for cell in report.cells] == ["passed", "failed", "passed", "failed"]
    assert "ZeroDivisionError" in str(report.cells[1].error) and "SyntaxError" in str(report.cells[3].error)
    assert scores(report) == {"double": 3.0, "Counter": 1.0, "apply": 0.0}


def test_the_same_notebook_has_the_same_report_outside_its_timings(grade_on: GradeCells, server: ForkServer) -> None:
    """Two gradings of one notebook with failures, crashes and errors agree in every word."""
    cells = [DOUBLE.replace("2", "3"), "undefined_name", COUNTER.replace("return self.sum", "import os; os._exit(3)"), APPLY]
    first, second = (replace(grade_on(server, cells), timings={}) for _ in range(2))
    assert first == second
    assert first.as_dict()["schema_version"] == 1


def test_both_rungs_give_the_same_verdict(
    grade_on: GradeCells, forkserver: ForkServer, landlock_server: ForkServer
) -> None:
    """The sandbox in force is no part of the verdict."""
    cells = [*RIGHT[:2], WRONG[2]]
    first, second = (replace(grade_on(server, cells), timings={}, sandbox={}) for server in (forkserver, landlock_server))
    assert first == second
