"""A module that is not installed costs only what needs it, on both rungs."""

from __future__ import annotations

import sys

import pytest
from support.cells import COUNTER, DOUBLE, RIGHT, GradeCells, opened

from grader.core.report import Report
from grader.sandbox.forkserver import ForkServer
from grader.sandbox.inside.imports import Absent, forgive
from grader.sandbox.inside.shell import Shell, make_shell, run_cell
from grader.suite.exceptions import Crashed

MISSING = "no_such_module_here"
OUR_SHELL = """import sys
frame = sys._getframe()
while type(frame.f_locals.get("self")).__name__ != "NotebookShell": frame = frame.f_back
shell = frame.f_locals["self"]
"""


def missing(report: Report) -> list[tuple[str, ...]]:
    return [cell.missing for cell in report.cells]


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell of this process that goes on after imports that fail."""
    shell = make_shell()
    for name in ("absent", "present"):
        monkeypatch.setattr(f"builtins.__{name}__", None, raising=False)
    forgive(shell)
    return shell


@pytest.mark.parametrize(
    "line",
    [
        f"import {MISSING}",
        f"import numpy as np, {MISSING}",
        f"import {MISSING} as m, numpy as np",
        f"from {MISSING}.auto import tqdm, trange as r",
        f"from {MISSING} import *",
        f"if True:\n    import {MISSING}",
        f"try:\n    import {MISSING}\nexcept ImportError:\n    from {MISSING} import tqdm",
        f"try:\n    import {MISSING}\nfinally:\n    pass",
        f"import warnings\nwith warnings.catch_warnings():\n    import {MISSING}",
        f"from {MISSING} import drive\ndrive.mount('/content/drive')",
        f"import importlib\nimportlib.import_module('{MISSING}')",
        f"def load():\n    import {MISSING}\nload()",
        f"%load_ext {MISSING}",
        f"%%capture\nimport {MISSING}",
        f"%load_ext {MISSING}\n%{MISSING} --logdir runs",
        f"class A:\n    import {MISSING}",
    ],
)
def test_the_rest_of_the_cell_is_run(grade_on: GradeCells, server: ForkServer, line: str) -> None:
    """Whatever kind of import fails, the answers below it in the same cell count."""
    assert grade_on(server, [f"{line}\n{DOUBLE}", *RIGHT[1:]]).score == 5.0


def test_what_needs_the_module_fails_with_its_name_and_line(grade_on: GradeCells, server: ForkServer) -> None:
    """And nothing else does; the report says which cell imports what."""
    cells = [f"from {MISSING}.auto import tqdm", "def double(x):\n    return tqdm(2 * x)", *RIGHT[1:]]
    report = grade_on(server, cells)
    assert {question.name: question.score for question in report.questions} == {"double": 0.0, "Counter": 1.0, "apply": 1.0}
    test = report.questions[0].tests[0]
    assert (test.status, test.message) == ("not_run", f"This needs `{MISSING}` in cell 2, line 2.")
    assert test.origin == f"cell 1, line 1: there is no module `{MISSING}` here"
    assert missing(report) == [(f"{MISSING}.auto",), (), (), ()]
    assert [cell.status for cell in report.cells] == ["passed"] * 4


def test_a_statement_that_is_stopped_is_told_and_left_out(grade_on: GradeCells, server: ForkServer) -> None:
    """The first one of the cell, with its line, unless an error of another kind ends the cell, as in Jupyter."""
    use = f"import {MISSING} as m\nm.set_theme()\nm.other()\n{DOUBLE}\n1 / 0\n{COUNTER}"
    report = grade_on(server, [use, RIGHT[2]])
    assert report.score == 4.0  # all but Counter
    error = str(report.cells[0].error)
    assert report.cells[0].status == "failed" and error == "ZeroDivisionError: division by zero (line 6)"
    error = str(grade_on(server, [use.replace("1 / 0\n", ""), RIGHT[2]]).cells[0].error)
    assert f"No module named '{MISSING}' (line 2)" in error


def test_what_a_statement_left_out_would_have_bound_is_absent_too(server: ForkServer) -> None:
    """So the lines below go on, and what needs the module is told by its cause; what was bound before is kept."""
    cells = [
        f"from {MISSING} import load, jit\nw = 1\nX, y = load()\nn = X.shape\nw = w + n\nk = 2",
        "class Net(jit.Module):\n    pass\n@jit\nclass Kept: pass\nm = 3",
    ]
    with opened(server, cells) as (student, notebook):
        assert [student.w.value(), student.k.value(), student.m.value()] == [1, 2, 3]
        assert "(line 3)" in str(notebook.results[0].error)
        for call in (student.Net, student.Kept):
            with pytest.raises(Crashed, match=f"ModuleNotFoundError: No module named '{MISSING}'"):
                call(1)


@pytest.mark.parametrize(
    "answer",
    [
        "@jit\ndef double(x):\n    return 2 * x",
        "@jit(fast=True)\n@wraps(abs)\n@lib.checked(lib.Strict)\nasync def other(): pass\ndef double(x: jit, *y: lib.A['n'], z: Any = 1, **k: jit[int]) -> lib.B:\n    return 2 * x",
        "size: lib.Size = 2\nclass A:\n    n: jit = 1\n    @staticmethod\n    @jit\n    def double(x) -> jit:\n        return size * x\ndouble = A.double",
    ],
)
def test_decorators_and_annotations_that_are_absent_are_left_out(grade_on: GradeCells, server: ForkServer, answer: str) -> None:
    """They say how fast an answer is or what it takes, not what it gives; those that are here stay."""
    imports = f"from {MISSING} import jit\nimport {MISSING} as lib\nfrom functools import wraps\nfrom typing import Any"
    report = grade_on(server, [imports, answer, *RIGHT[1:]])
    assert report.score == 5.0 and [cell.error for cell in report.cells] == [None] * 4
    assert grade_on(server, [f"{imports}\n{answer}", *RIGHT[1:]]).score == 5.0


def test_decorators_and_annotations_that_are_here_are_kept(server: ForkServer) -> None:
    """With all that they do."""
    cells = ["from functools import lru_cache, wraps\nimport typing\n@lru_cache(7)\ndef f(x: typing.Any) -> 'typing.Any':\n    return x",
        "kept = [f.cache_info().maxsize, f.__annotations__ == {'x': typing.Any, 'return': 'typing.Any'}]"]  # fmt: skip
    with opened(server, cells) as (student, _):
        assert student.kept.value() == [7, True]


def test_fallbacks_work_as_in_jupyter(server: ForkServer) -> None:
    """In `try`, under `suppress` and in functions an import that fails raises, and nothing is noted."""
    cells = [
        f"try:\n    import {MISSING} as found\nexcept ImportError:\n    found = None",
        f"import contextlib\nfound_too = 1\nwith contextlib.suppress(ImportError):\n    import {MISSING} as found_too",
        f"def late():\n    try:\n        import {MISSING}\n    except ModuleNotFoundError as error:\n        return error.name",
        f"try:\n    __import__('{MISSING}')\nexcept ImportError:\n    third = 3",
    ]
    with opened(server, cells) as (student, notebook):
        assert student.found.value() is None
        assert student.found_too.value() == 1
        assert student.late() == MISSING
        assert student.third.value() == 3
        assert [cell.missing for cell in notebook.results] == [()] * 4


def test_an_absent_answer_is_told_by_the_error_of_its_import(server: ForkServer) -> None:
    """A prediction that was to be imported is no value of a strange type."""
    with opened(server, [f"from {MISSING} import answer"]) as (student, _), pytest.raises(Crashed, match=f"No module named '{MISSING}'"):
        student.answer.value()


def test_a_worker_that_lies_about_its_modules_is_not_believed(server: ForkServer) -> None:
    """Only names of modules come out, and not too many."""
    found = "next(t for t in get_ipython().ast_transformers if hasattr(t, 'missing')).missing"
    lie = f"{found}[1] = ['x; rm -rf', '<b>', 5, None, 'a' * 200, 'fine.name', 'torch:nope'] + ['m'] * 999"
    with opened(server, [lie, f"{found}[2] = 7", f"{found}['x'] = []"]) as (_, notebook):
        assert [cell.missing for cell in notebook.results] == [()] * 3
    with opened(server, [lie]) as (_, notebook):
        assert notebook.results[0].missing[:2] == ("fine.name", "torch:nope")
        assert len(notebook.results[0].missing) < 101
    with opened(server, [OUR_SHELL + "shell.missing = property()", DOUBLE]) as (student, notebook):
        assert student.double(2) == 4


def test_a_worker_that_dies_of_the_question_is_replaced(server: ForkServer) -> None:
    """The cells are run again, as after any death."""
    die = OUR_SHELL + "import os\nclass Dies(dict):\n    def items(self):\n        os._exit(3)\nshell.missing = Dies()"
    with opened(server, [die, DOUBLE]) as (student, _):
        assert student.double(2) == 4


def test_the_error_of_a_package_that_lacks_another_one(server: ForkServer) -> None:
    """The one that has to be installed is named, not the one that is there."""
    cells = [f"%%writefile helper.py\nimport {MISSING}", "import sys, os\nsys.path.insert(0, os.getcwd())\nimport helper\nx = 1"]
    with opened(server, cells) as (student, notebook):
        assert student.x.value() == 1
        assert notebook.results[1].missing == (MISSING,)


def test_a_missing_name_of_a_module_that_is_there(shell: Shell) -> None:
    """It is noted with its module; the names before and after it are bound, and so is the package around it."""
    assert run_cell(shell, 3, "from math import pi, nope, e\nimport os.nope\nimport os.nope as o\nfrom __future__ import division") is None
    names = shell.user_ns
    assert names["pi"] and names["e"] and isinstance(names["nope"], Absent) and isinstance(names["o"], Absent)
    assert names["os"] is sys.modules["os"]
    assert shell.missing == {3: ["math:nope", "os.nope"]}


@pytest.mark.parametrize(
    "use",
    "m.x m() m[0] m[0]=1 m.x=1 m+1 1+m -m len(m) list(m) 1/m bool(m) float(m) m<1 isinstance(1,m) m.__version__ [*m]".split()
    + "m|None None|m m&1 ~m m^1 m%2 2%m m//2 2//m m<<1 round(m) divmod(m,2) complex(m)".split()
    + ["for _ in m: pass", "with m: pass", "class A(m): pass", "@m\nclass A: pass", "await m", "async with m: pass", "1 in m", "del m[0]"],
)
def test_using_it_raises(shell: Shell, use: str) -> None:
    """Every kind of use raises the error of the import, at the line of the use."""
    error = run_cell(shell, 1, f"import {MISSING} as m\n{use}")
    assert error is not None and error["kinds"][0] == "ModuleNotFoundError", error
    assert error["message"] == f"No module named '{MISSING}'" and error["line"] == 2


def test_looking_at_it_does_not(shell: Shell) -> None:
    """What tools do with all names of a notebook is no use of them."""
    cell = f"import {MISSING} as m\nassert m is not None and m != 1 and repr(m) and str(m) and {{m}} and f'{{m}}'"
    assert run_cell(shell, 1, f"{cell}\nassert not hasattr(m, '__wrapped__')\nm") is None
    assert run_cell(shell, 2, "%whos\nimport inspect\ninspect.getmembers(0)\ninspect.isclass(m)") is None


def test_sources_and_lines_stay_what_they_are(shell: Shell) -> None:
    """Only the statement is rewritten, not the text of the cell."""
    cell = f"import {MISSING}\nimport inspect\ndef f():\n    import {MISSING}\n    return 1\nsource = inspect.getsource(f)\n1 / 0"
    error = run_cell(shell, 1, cell)
    assert error is not None and (error["kinds"][0], error["line"]) == ("ZeroDivisionError", 7)
    assert shell.user_ns["source"] == f"def f():\n    import {MISSING}\n    return 1\n"
