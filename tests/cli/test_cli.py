"""The commands as a person runs them: exit codes, one-line errors, files written."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result
from support.paths import ROOT

from grader.cli.main import PLACES, main

SOLUTION = ROOT / "solutions" / "04_bias_threshold" / "04_bias_threshold.ipynb"
STUB = ROOT / "exercises" / "04_bias_threshold" / "04_bias_threshold.ipynb"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


@pytest.mark.parametrize("command", PLACES)
def test_every_command_has_help_with_an_example(command: str) -> None:
    """`--help` ends in something to copy."""
    result = run(command, "--help")
    assert result.exit_code == 0
    assert re.search(rf"Examples?:\s+grader {command}", result.output)


def submissions(folder: Path) -> Path:
    for student, source in (("ada", SOLUTION), ("bob", STUB)):
        (folder / student).mkdir(parents=True)
        shutil.copy(source, folder / student / "04_bias_threshold.ipynb")
    (folder / "eve").mkdir()
    (folder / "eve" / "04_bias_threshold.ipynb").write_text("{ not json")
    (folder / "mallory").mkdir()
    (folder / "mallory" / "04_bias_threshold").symlink_to(SOLUTION.parent)
    (folder / "=cmd()").mkdir()
    shutil.copy(STUB, folder / "=cmd()" / "04_bias_threshold.ipynb")
    return folder


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """One small class, graded once through the command line."""
    base = tmp_path_factory.mktemp("class")
    out = base / "out"
    return run("grade", submissions(base / "in"), "-o", out, "--jobs", 2, "--course", ROOT), out


def test_grading_a_class_writes_scores_reports_and_pages(graded: tuple[Result, Path]) -> None:
    """Full marks, a stub, an unreadable file, and exit code 0 since every notebook was judged."""
    result, out = graded
    assert result.exit_code == 0, result.output
    rows = {row["student"]: row for row in csv.DictReader((out / "scores.csv").open(encoding="utf-8"))}
    assert rows["ada"]["04_bias_threshold"] == rows["ada"]["max_total"] == "20"
    assert rows["bob"]["04_bias_threshold"] == "0"
    assert rows["eve"]["04_bias_threshold"] == "0"
    assert "'=cmd()" in rows
    assert (out / "index.html").exists()
    assert len(list((out / "students").glob("*.html"))) == 4


def test_a_linked_folder_is_not_a_submission(graded: tuple[Result, Path]) -> None:
    """A link to the solutions earns nothing: it is never followed."""
    assert not (graded[1] / "reports" / "mallory").exists()


def test_every_report_follows_the_documented_schema(graded: tuple[Result, Path]) -> None:
    """`docs/report.schema.json` is the contract of schema version 1."""
    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
    reports = sorted((graded[1] / "reports").rglob("*.json"))
    assert len(reports) == 4
    for path in reports:
        jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), schema)


def test_a_missing_folder_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    """The thing and the remedy."""
    result = run("grade", tmp_path / "nowhere", "-o", tmp_path / "out", "--course", ROOT)
    assert result.exit_code == 2
    assert "nowhere: no such folder" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_an_empty_folder_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    """Nothing to grade is the instructor's mistake."""
    result = run("grade", tmp_path, "-o", tmp_path / "out", "--course", ROOT)
    assert result.exit_code == 2
    assert "no <student>/<exercise>.ipynb found" in result.stderr


def test_an_unknown_exercise_gets_the_nearest_known_name(tmp_path: Path) -> None:
    """A typing error costs a line, not a search."""
    (tmp_path / "ada").mkdir()
    result = run("grade", tmp_path, "-o", tmp_path / "out", "--exercise", "02_sigmoids", "--course", ROOT)
    assert result.exit_code == 2
    assert "did you mean '02_sigmoid'?" in result.stderr


def test_of_two_notebooks_of_one_student_for_one_exercise_one_counts_and_both_are_named(tmp_path: Path) -> None:
    """The batch goes on, and the instructor reads which one it is."""
    nested = tmp_path / "ada" / "04_bias_threshold"
    nested.mkdir(parents=True)
    shutil.copy(STUB, nested / "04_bias_threshold.ipynb")
    shutil.copy(STUB, tmp_path / "ada" / "04_bias_threshold.ipynb")
    with (nested / "04_bias_threshold.ipynb").open("a") as stream:
        stream.write("\n")
    result = run("grade", tmp_path, "-o", tmp_path / "out", "--course", ROOT)
    assert result.exit_code == 0
    assert "ada: 2 attempts at 04_bias_threshold; the latest is " in result.output


def test_check_passes_a_right_notebook_and_only_that(tmp_path: Path) -> None:
    """Exit code 0 only when every visible test passes."""
    right, stub = run("check", SOLUTION), run("check", STUB)
    assert (right.exit_code, stub.exit_code) == (0, 1)
    assert "9 of 9 questions pass" in right.output
    assert "not attempted" in stub.output


def test_check_names_the_nearest_notebook() -> None:
    """A file that is not there is named with the one that is."""
    result = run("check", STUB.with_name("04_bias_treshold.ipynb"))
    assert result.exit_code == 2
    assert "did you mean '04_bias_threshold.ipynb'?" in result.stderr
