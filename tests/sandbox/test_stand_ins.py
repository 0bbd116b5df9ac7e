"""The student's own checks, and installers, harm nothing wherever they stand in a graded notebook."""

from __future__ import annotations

import pytest
from support.cells import DOUBLE, RIGHT, GradeCells, opened

from grader.sandbox.forkserver import ForkServer

CHECKS = [
    "from grader import check, hint\ncheck('double')\nhint()",
    "import grader\ngrader.check()\ngrader.hint('double')\ngrader.student.jupyter.anything(1).passed",
    "from grader import *\ncheck('double')",
    "from grader import check\nassert check('double') and check().passed and not list(check().questions)",
    "from grader import check\nif not check('double'):\n    raise SystemExit",
    "%load_ext grader\n%check double\n%hint double",
    "%reload_ext grader\n%unload_ext grader\n%check",
    "%check double",
    "from grader.suite import question, close\nimport grader.suite.checks as c\nc.close(1, 2)",
    "!grader check 01_double.ipynb",
    "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'grader', 'check'])",
]
INSTALLS = [
    "%pip install no-such-package",
    "!pip install -q no-such-package",
    "!{sys.executable} -m pip install no-such-package",
    "!python -m pip install no-such-package",
    "out = !pip3 install no-such-package",
    "%conda install -y no-such-package",
    "%mamba install no-such-package",
    "!sudo apt-get install -y no-such-package",
    "%uv pip install no-such-package",
    "if True:\n    !pip install no-such-package",
    "def setup():\n    !pip install no-such-package\nsetup()",
    "import os\nos.system('pip install no-such-package')",
    "import subprocess, sys\nsubprocess.check_call([sys.executable, '-m', 'pip', 'install', 'no-such-package'])",
    "import subprocess\nassert b'not run' in subprocess.check_output('pip install no-such-package', shell=True)",
    "from subprocess import *\nfrom pathlib import Path\nassert Popen([Path('/usr/bin/apt-get'), 'install', b'x']).wait() == 0",
]


@pytest.mark.parametrize("cell", CHECKS)
def test_checks_in_the_notebook_cost_nothing(grade_on: GradeCells, server: ForkServer, cell: str) -> None:
    """Above an answer in the same cell, and below it."""
    report = grade_on(server, [f"{cell}\n{DOUBLE}\n{cell}", *RIGHT[1:]])
    assert report.score == 5.0 and report.cells[0].error is None and report.cells[0].missing == ()


@pytest.mark.parametrize("cell", INSTALLS)
def test_installers_cost_nothing(grade_on: GradeCells, server: ForkServer, cell: str) -> None:
    """They change nothing, and the rest of the cell is run."""
    report = grade_on(server, [f"import sys\n{cell}\n{DOUBLE}", *RIGHT[1:]])
    assert report.score == 5.0 and report.cells[0].error is None


@pytest.mark.parametrize("kind", ["widget", "notebook", "inline", "qt", "ipympl", "--list", ""])
def test_a_backend_that_is_not_installed_costs_nothing(grade_on: GradeCells, server: ForkServer, kind: str) -> None:
    """There is no screen for any of them; one that is installed is used."""
    used = "import matplotlib\n%matplotlib agg\nassert matplotlib.get_backend() == 'agg'"
    report = grade_on(server, [f"%matplotlib {kind}\n{DOUBLE}", *RIGHT[1:], used])
    assert report.score == 5.0 and report.cells[0].error is None and report.cells[3].error is None


def test_a_checked_cell_is_run(server: ForkServer) -> None:
    """`%%check` is above the answer."""
    with opened(server, [f"%%check double\n{DOUBLE}"]) as (student, _):
        assert student.double(2) == 4


def test_what_is_not_run_is_said(server: ForkServer) -> None:
    """In the output, and in the lines that `x = !pip …` reads; other commands are run."""
    cells = [
        "%%capture said\n%pip install no-such-package\n!pip install no-such-package",
        "lines = !pip list\nothers = !echo pip list",
        "text = said.stdout\nimport grader\nchecked = repr(grader.check())",
    ]
    with opened(server, cells) as (student, _):
        assert student.text.value() == "not run: nothing can be installed while a notebook is graded\n" * 2
        assert student.lines.value() == ["not run: nothing can be installed while a notebook is graded"]
        assert student.others.value() == ["pip list"]
        assert student.checked.value() == "(no checks and hints while a notebook is graded)"


def test_nothing_of_ours_can_be_imported(server: ForkServer) -> None:
    """The stand-in has no file, and what it holds is nothing."""
    cells = [
        "import grader, sys\nfrom grader.engine import submission\nfile = getattr(grader, '__file__', None)",
        "kinds = sorted({type(value).__name__ for key, value in vars(grader).items() if not key.startswith('__')})",
        "ours = sorted(n for n in sys.modules if n.partition('.')[0] == 'grader' and hasattr(sys.modules[n], '__file__'))",
        "name = type(submission).__name__",
    ]
    with opened(server, cells) as (student, _):
        assert student.file.value() is None
        assert student.ours.value() == []
        assert student.name.value() in ("StandIn", "Quiet")
        assert set(student.kinds.value()) <= {"function", "StandIn", "Quiet"}
