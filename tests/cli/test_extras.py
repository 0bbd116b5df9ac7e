"""What each install of gradbook can do: the base is enough for students, and a missing extra is one line."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from support.paths import ROOT

from grader.cli.main import EXTRAS, extra_with

LEFT_OUT = {module for modules in EXTRAS.values() for module in modules} - {"pygments"}  # which IPython brings
PROGRAM = """
import sys
from importlib.machinery import PathFinder

missing, find = sys.argv.pop(1).split(","), PathFinder.find_spec
PathFinder.find_spec = lambda name, *more: None if name in missing else find(name, *more)
exec(sys.argv.pop(1))
"""
GRADER = "from grader.cli.main import main; main(prog_name='grader')"
IN_A_NOTEBOOK = """
import os
os.chdir("exercises/01_gates")
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "grader")
shell.run_cell('''
import matplotlib.pyplot as plt
from grader import check, hint
print(check("AddGate"), hint("AddGate"))
%check AddGate
''').raise_error()
"""


def run_without(modules: set[str], folder: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program in `folder` where `modules` cannot be imported."""
    command = [sys.executable, "-c", PROGRAM, ",".join(sorted(modules)), program, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """A student's folder with an exercise that needs no torch and one that does."""
    for slug in ("01_gates", "10_sine_mlp"):
        shutil.copytree(ROOT / "exercises" / slug, tmp_path / "exercises" / slug)
    return tmp_path


@pytest.mark.parametrize(
    ("command", "exit_code", "words"),
    [
        (("list",), 0, "next: AddGate"),
        (("check", "exercises/01_gates/01_gates.ipynb"), 1, "0 of 6 questions pass"),
        (("hint", "01_gates", "AddGate"), 0, "hint 1 of"),
        (("reset", "01_gates"), 0, "nothing to reset"),
        (("watch", "--help"), 0, "Example: grader watch"),
        (("doctor",), 0, "rung landlock"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_students_command_needs_no_extra(kit: Path, command: tuple[str, ...], exit_code: int, words: str) -> None:
    """`pip install gradbook` brings all of it."""
    done = run_without(LEFT_OUT, kit, GRADER, *command)
    assert done.returncode == exit_code, done.stderr
    assert words in done.stdout


def test_check_and_hint_in_a_notebook_need_no_extra(kit: Path) -> None:
    """As functions and as magics."""
    done = run_without(LEFT_OUT, kit, IN_A_NOTEBOOK)
    assert done.returncode == 0, done.stderr
    assert "hint 1 of" in done.stdout and done.stdout.count("not attempted") >= 2


def test_the_classroom_workflow_needs_no_extra(kit: Path) -> None:
    """It installs the kit's wheel and runs the visible tests."""
    run = "from grader.autograder.in_container import main; main(['classroom', 'exercises/01_gates/01_gates.ipynb'])"
    done = run_without(LEFT_OUT, kit, run)
    assert done.returncode == 0 and "visible tests: 0 of " in done.stdout, done.stderr


def test_tests_that_need_torch_say_so_in_one_line(kit: Path) -> None:
    """The exercises after it are checked all the same."""
    last = kit / "exercises" / "99_gates"
    shutil.copytree(kit / "exercises" / "01_gates", last)
    (last / "01_gates.ipynb").rename(last / "99_gates.ipynb")
    alone = run_without(LEFT_OUT, kit, GRADER, "check", "exercises/10_sine_mlp/10_sine_mlp.ipynb")
    assert alone.returncode == 2 and len(alone.stderr.strip().splitlines()) == 1
    assert "these tests need torch, which is not installed; install it: pip install torch" in alone.stderr
    every = run_without(LEFT_OUT, kit, GRADER, "check")
    assert every.returncode == 2 and alone.stderr.strip() in every.stderr
    assert every.stdout.count("0 of 6 questions pass") == 2


@pytest.mark.parametrize(
    "command",
    [
        "grade submissions -o out", "report out", "feedback out", "override ada 01_gates -o out", "diff -o out",
        "export -f csv -o out", "similar -o out", "serve out", "audit",
    ],
)  # fmt: skip
def test_without_the_grading_packages_a_command_names_them_in_one_line(command: str) -> None:
    """With the remedy, and exit code 2."""
    done = run_without(LEFT_OUT, ROOT, GRADER, *command.split())
    remedy = "needs the grading packages; install them: pip install 'gradbook[grade]'"
    assert done.returncode == 2
    assert done.stderr.strip() == f"grader: grader {command.split()[0]} {remedy}"


@pytest.mark.parametrize(
    ("module", "command", "extra"),
    [
        ("pyarrow", "export -f parquet --to - -o tests/fixtures/v0_1_0/out --draft", "parquet"),
        ("psycopg", "diff --gradebook postgresql://nowhere/book", "postgres"),
    ],
)
def test_a_missing_extra_is_named(tmp_path: Path, module: str, command: str, extra: str) -> None:
    """Each by its own name."""
    shutil.copytree(ROOT / "tests/fixtures/v0_1_0", tmp_path / "tests/fixtures/v0_1_0")
    course = ("--course", "tests/fixtures/v0_1_0/course")
    done = run_without({module}, tmp_path, GRADER, *command.split(), *course)
    remedy = f"needs the {extra} packages; install them: pip install 'gradbook[{extra}]'"
    assert (done.returncode, done.stderr.strip()) == (2, f"grader: grader {command.split()[0]} {remedy}")


def test_another_missing_module_is_our_own_failure(tmp_path: Path) -> None:
    """A traceback: no extra would help."""
    done = run_without({"rich"}, tmp_path, GRADER, "list")
    assert done.returncode == 1 and "ModuleNotFoundError" in done.stderr
    assert extra_with("rich") is None and extra_with("sqlalchemy.orm") == "grade"


def test_the_table_of_extras_is_that_of_the_package() -> None:
    """Every requirement of an extra can be asked for by the name under which it is imported, and no other."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    provided = packages_distributions()
    for extra, modules in EXTRAS.items():
        wanted = {canonicalize_name(Requirement(text).name) for text in declared[extra]} - {"gradbook"}
        brought = [{canonicalize_name(name) for name in provided[module]} & wanted for module in modules]
        assert brought and all(brought)
        assert set().union(*brought) == wanted
