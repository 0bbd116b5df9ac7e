"""What a command loads before it has anything to do: nothing heavy, so that it answers at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.paths import COURSE

HEAVY = {
    "numpy", "torch", "matplotlib", "IPython", "traitlets", "pytest", "_pytest", "sqlalchemy", "jinja2", "markdown_it", "nh3",
    "pygments", "nbformat", "nbconvert", "msgpack", "jsonschema", "yaml", "latex2mathml", "asyncio", "multiprocessing",
    "dask", "distributed", "pyarrow", "starlette", "uvicorn",
}  # fmt: skip
PROGRAM = """
import sys
from grader.cli.main import main
main(sys.argv[1:], standalone_mode=False)
sys.stderr.write(" ".join({name.partition(".")[0] for name in sys.modules} | {name for name in sys.modules if name.startswith("grader.")}))
"""


def loaded(folder: Path, *arguments: str) -> set[str]:
    """The top-level modules that are there when the command has ended, and those of the grader."""
    command = [sys.executable, "-c", PROGRAM, *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip()
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "command",
    [
        ("--help",), ("--version",), ("list",), ("list", "01_double"), ("list", "--help"), ("check", "--help"),
        ("watch", "--help"), ("hint", "--help"), ("reset", "--help"), ("grade", "--help"), ("report", "--help"),
        ("export", "--help"), ("doctor", "--help"), ("release", "--help"), ("new", "--help"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_command_that_judges_nothing_loads_nothing_heavy(command: tuple[str, ...]) -> None:
    """Help and lists come from the standard library, click and, for tables, rich."""
    assert not loaded(COURSE, *command) & HEAVY


def test_every_module_can_be_imported() -> None:
    """In any order, outside a sandbox too; thereby the coverage counts each of them, also one that no other test uses."""
    program = "import importlib, pkgutil, grader\nfor m in pkgutil.walk_packages(grader.__path__, 'grader.'):\n    m.name.endswith('__main__') or importlib.import_module(m.name)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_help_needs_no_table_and_no_course() -> None:
    """Not even rich, nor the settings of a course, nor any command."""
    found = loaded(COURSE, "--help")
    assert "click" in found
    assert not found & {"rich", "tomllib", "msgspec", "sqlite3", "grader.cli.options"}
