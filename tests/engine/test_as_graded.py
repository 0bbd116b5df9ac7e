"""`grader check --as-graded`: the visible tests in the place where notebooks are graded."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support.cells import APPLY, COUNTER, DOUBLE
from support.paths import COURSE

from grader.cli.main import main
from grader.core.errors import OurFailure
from grader.sandbox import forkserver

MISSING = "no_such_module_here"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A student's folder of the tiny exercise, with a short limit and a file next to the notebook."""
    hidden = (COURSE / "solutions" / "01_double" / "test_hidden.py").read_text(encoding="utf-8")
    (tmp_path / "test_visible.py").write_text(hidden, encoding="utf-8")
    toml = '[limits]\ncell_cpu_s = 1\n[[question]]\nname = "double"\n[[question]]\nname = "Counter"\n[[question]]\nname = "apply"\n'
    (tmp_path / "exercise.toml").write_text(toml, encoding="utf-8")
    (tmp_path / "data.txt").write_text("2", encoding="utf-8")
    return tmp_path


def check(folder: Path, *cells: str, graded: bool = True) -> Result:
    """What the command says of a notebook with these cells."""
    path = folder / "01_double.ipynb"
    notebook = [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": [], "execution_count": None} for cell in cells]
    path.write_text(json.dumps({"cells": notebook, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}), encoding="utf-8")
    return CliRunner().invoke(main, ["check", str(path), *(["--as-graded"] if graded else [])])


def test_it_runs_in_the_sandbox_with_the_limits_of_the_exercise(folder: Path) -> None:
    """A file of the student's is not there, a loop is stopped, and what is not installed costs only what needs it."""
    cells = [f"import {MISSING}\n{DOUBLE}", f"open('data.txt')\n{COUNTER}", "while True: pass", APPLY]
    result = check(folder, *cells)
    assert result.exit_code == 1, result.output
    lines = result.stdout.splitlines()
    assert lines[0].startswith("run as it is graded, in the sandbox ")
    assert f"  cell 1 imports {MISSING}: not installed here, so what needs it fails" in lines
    origin = next(line for line in lines if line.startswith("  cell 2, line 1: FileNotFoundError"))
    assert origin.endswith("; 1 question could not run: `Counter`") and "cell 2 stopped" not in result.stdout
    assert any(line.startswith("  cell 3 was stopped: ") and "CPU" in line for line in lines)
    assert lines[-1] == "  2 of 3 questions pass the visible tests"


def test_without_it_the_notebook_runs_where_it_is(folder: Path) -> None:
    """An import that fails ends its cell, as in Jupyter, and a sentence says what to do."""
    result = check(folder, f"open('data.txt')\n{DOUBLE}", COUNTER, f"import {MISSING}\n{APPLY}", graded=False)
    lines = result.stdout.splitlines()
    assert f"  cell 3 stopped with ModuleNotFoundError: No module named '{MISSING}'; install it in this Python, or do without it" in lines
    assert lines[-1] == "  2 of 3 questions pass the visible tests"


@pytest.mark.parametrize("graded", [True, False])
def test_a_first_cause_is_said_once_and_what_it_stopped_is_not_run(folder: Path, graded: bool) -> None:
    """In both ways of checking; what follows from it in another cell says so."""
    result = check(folder, f"1 / 0\n{DOUBLE}", f"print(double(2))\n{COUNTER}", "def apply(f, x):\n    pass", graded=graded)
    lines = [line.rstrip() for line in result.stdout.splitlines()]
    assert "  cell 1, line 1: ZeroDivisionError: division by zero; 2 questions could not run: `double`, `Counter`" in lines
    assert "  cell 2 stopped with NameError: name 'double' is not defined; it follows from cell 1, line 1" in [
        line.replace(" (line 1)", "") for line in lines
    ]
    assert "  ⊘ double  not run" in lines and "  · apply  not attempted" in lines
    assert lines.count("      Cell 1 defines `double`, but stopped above it, in line 1.") == 1
    assert sum("ZeroDivisionError" in line for line in lines) == 1


@pytest.mark.parametrize("ask", ["input", "getpass"])
@pytest.mark.parametrize("graded", [True, False])
def test_a_question_that_nobody_answers_is_a_sentence(folder: Path, ask: str, graded: bool) -> None:
    """In a cell, and in an answer, which then fails and is no stub."""
    result = check(folder, f"from getpass import getpass\nname = {ask}('Your name: ')", f"def double(x):\n    return {ask}()", COUNTER, APPLY, graded=graded)
    assert f"  cell 1 asks for {ask}(), and nobody answers when it is graded: write the value into the cell\n" in result.stdout
    assert "double  crashed" in result.stdout and "This looks like: nobody answers `input()` when a notebook is graded" in result.stdout
    assert result.stdout.splitlines()[-1] == "  2 of 3 questions pass the visible tests"


def test_without_a_sandbox_it_says_so_and_keeps_shell_and_limits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A student's machine may have none."""
    launch = forkserver.launch

    def refused(rung: str, *rest: Any) -> object:
        if rung != "none":
            raise OSError(f"no {rung} here")
        return launch(rung, *rest)

    monkeypatch.setattr(forkserver, "launch", refused)
    result = check(folder, f"import {MISSING}\n{DOUBLE}", COUNTER, APPLY)
    first = "run with the shell and limits of grading, but without a sandbox (bwrap: no bwrap here; landlock: no landlock here)"
    assert result.stdout.splitlines()[0] == first
    assert result.exit_code == 0, result.output


def test_where_nothing_starts_it_is_an_ordinary_check(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a line says why: the fork server fails, or the system has no such thing."""

    def broken(rung: str, *rest: Any) -> object:
        raise OurFailure(f"no fork on {rung}")

    monkeypatch.setattr(forkserver, "launch", broken)
    result = check(folder, f"open('data.txt')\n{DOUBLE}", COUNTER, APPLY)
    assert result.stdout.splitlines()[0] == "run in your own Python: the grader's does not start (no fork on none)"
    assert result.exit_code == 0
    monkeypatch.setattr(sys, "platform", "darwin")
    result = check(folder, f"open('data.txt')\n{DOUBLE}", COUNTER, APPLY)
    assert result.stdout.splitlines()[0] == "run in your own Python: there is no sandbox on darwin, and no limits"
    assert result.exit_code == 0
