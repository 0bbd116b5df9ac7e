"""What stopped a name from being defined: from sources and outcomes alone."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from grader.core.first_causes import Cause, FirstCauses
from grader.core.report import CellResult, Status
from grader.core.untouched import is_stub

STOPPED = "the cell was stopped{}: it used more than 20 s of CPU time; the lines above and the other cells count"


def causes(*cells: str, **outcomes: CellResult) -> FirstCauses:
    """The analysis of these cells, of which those in `outcomes` (`c1`, `c2` …) did not pass."""
    numbered = list(enumerate(cells, 1))
    return FirstCauses(numbered, [outcomes.get(f"c{n}", CellResult(n, Status.PASSED)) for n, _ in numbered])


def failed(cell: int, error: str, line: int | None = None) -> CellResult:
    return CellResult(cell, Status.FAILED, f"{error} (line {line})" if line else error, line=line)


def test_what_stands_above_the_line_that_failed_was_defined() -> None:
    """Of a cell that fails, only what it had not come to is missing on its account."""
    found = causes("def f(x): return x\n1 / 0\ndef g(x): return x", c1=failed(1, "ZeroDivisionError: division by zero", 2))
    assert found.of_name("f") is None
    assert found.of_name("g") == Cause(
        "cell 1, line 2: ZeroDivisionError: division by zero", "cell 1 defines `g`, but stopped above it, in line 2"
    )
    assert found.of_name("h") is None


def test_a_base_class_or_decorator_that_fails_takes_its_class_along() -> None:
    """The statement that failed has bound nothing."""
    error = failed(1, "TypeError: 'int' object is not callable", 2)
    found = causes("a = 3\n@a\ndef f(x):\n    return x", c1=error).of_name("f")
    assert found and found.origin == "cell 1, line 2: TypeError: 'int' object is not callable"
    assert causes("a = 3\n@a\ndef f(x):\n    return x", c1=error).of_name("a") is None


@pytest.mark.parametrize("name", ["np", "f", "g", "W", "plt"])
def test_a_cell_that_python_cannot_read_defines_nothing(name: str) -> None:
    """Its imports and its functions, before the mistake and after it."""
    error = "SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)? (<cell 1>, line 5) (line 5)"
    cell = "import numpy as np\nfrom matplotlib import pyplot as plt\ndef f(x):\n    if x:\n        print x\ndef g(x): return f(x)\nW = 1"
    found = causes(cell, "h = f(1)", c1=CellResult(1, Status.FAILED, error, line=5)).of_name(name)
    assert found == Cause(
        "cell 1, line 5: SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?",
        f"cell 1 defines `{name}`, but Python cannot read the cell, so nothing in it was run",
    )


def test_a_chain_of_cells_ends_at_the_first() -> None:
    """Cell 3 stopped for want of what cell 2 lacked for want of what cell 1 was to define."""
    first = failed(1, "ValueError: no", 1)
    found = causes(
        "data = load()", "model = fit(data)\nscore = 1", "def f(x): return x\nprint(model)\ndef g(x): return x",
        c1=first, c2=failed(2, "NameError: name 'data' is not defined", 1), c3=failed(3, "NameError: name 'model' is not defined", 2),
    )  # fmt: skip
    cause = found.of_name("g")
    assert cause == Cause(
        "cell 1, line 1: ValueError: no", "cell 3 defines `g`, but stopped above it, in line 2: `model` was missing there"
    )
    assert [result.origin for result in found.with_origins()] == ["", cause.origin, cause.origin]


def test_a_name_that_a_later_cell_defines_is_no_cause() -> None:
    """A cell that uses a name too early is to blame itself, whatever became of the later cell."""
    early = failed(1, "NameError: name 'f' is not defined", 1)
    found = causes("a = f(1)\nb = 2", "1 / 0\ndef f(x): return x", c1=early, c2=failed(2, "ZeroDivisionError: 0", 1))
    assert found.with_origins()[0].origin == ""
    assert (cause := found.of_name("b")) and cause.origin == "cell 1, line 1: NameError: name 'f' is not defined"


def test_names_that_want_each_other_do_not_go_round_in_circles() -> None:
    """Two cells that each need the other."""
    found = causes(
        "a = b\n", "b = a\n", c1=failed(1, "NameError: name 'b' is not defined", 1), c2=failed(2, "NameError: name 'a' is not defined", 1)
    )  # fmt: skip
    assert (cause := found.of_name("b")) and cause.origin == "cell 1, line 1: NameError: name 'b' is not defined"


def test_a_cell_that_was_stopped_or_not_run_is_a_cause() -> None:
    """By time, by memory, by its own exit, and for want of time: without a line, all of it is missing."""
    cell = "def f(x): return x\nwhile True: pass\ndef g(x): return x"
    timed = CellResult(1, Status.TIMED_OUT, STOPPED.format(" in line 2"), line=2)
    found = causes(cell, c1=timed)
    assert found.of_name("f") is None
    assert (cause := found.of_name("g")) and cause.origin == "cell 1, line 2: it used more than 20 s of CPU time"
    died = replace(timed, status=Status.CRASHED, line=None, error="the cell was stopped: it ended the process; the other cells count")
    assert (cause := causes(cell, c1=died).of_name("f")) == Cause(
        "cell 1: it ended the process", "cell 1 defines `f`, but stopped before it was done"
    )
    unrun = "the cell was not run: the time for cells is used, most of it by cell 1"
    late = [CellResult(n, Status.TIMED_OUT, unrun) for n in (1, 2)]
    both = causes("def f(x): return x", "def g(x): return x", c1=late[0], c2=late[1])
    assert {cause.origin for name in "fg" if (cause := both.of_name(name))} == {"the time for cells is used, most of it by cell 1"}


def test_deleted_conditional_and_nested_names_have_their_own_origin() -> None:
    """The name was there, or would be, and the line that decided it is named."""
    cause = causes("def f(x): return x", "del f").of_name("f")
    assert cause == Cause("cell 2, line 1: `del` takes away what was there", "`f` is deleted")
    for word, head in (("if", "if False:"), ("for", "for _ in []:"), ("while", "while False:"), ("try", "try:\n    1 / 0")):
        cause = causes(f"x = 1\n{head}\n    def f(x): return x" + "\nexcept ZeroDivisionError: pass" * (word == "try")).of_name("f")
        assert cause == Cause(
            f"cell 1, line 2: the notebook did not come to what this `{word}` decides",
            "cell 1 defines `f` under a condition, and did not come to it",
        )
    nested = causes("class Maths:\n    def f(self, x): return x\ndef g():\n    def h(): pass")
    assert nested.of_name("f") is None and nested.of_name("h") is None
    cause = nested.of_name("h", local=True)
    assert cause == Cause("cell 1, line 3: what is defined inside `g` cannot be called from outside", "cell 1 defines `h` inside `g`")
    assert nested.inside("h") == "g" and nested.inside("g") == ""


def test_a_cell_that_calls_a_stub_says_so() -> None:
    """What stops it is that something is not attempted yet, not an error to be read."""
    found = causes("y = f(1)\ndef g(x): return x", c1=failed(1, "NotImplementedError: f", 1))
    assert (cause := found.of_name("g"))
    assert cause.origin == "cell 1, line 1: NotImplementedError, so something that it calls is not attempted yet"


def test_what_a_class_has_is_read_from_its_code() -> None:
    """Its methods and the attributes that it names; and which class a line is in."""
    found = causes("x = 1", "class V:\n    def __init__(self, data):\n        self.data = data\n    def f(self): return 1\nw = 2")
    assert found.attributes("V") == {"__init__", "data", "f"} and found.attributes("x") == found.attributes("nothing") == set()
    assert [found.class_at(*place) for place in ((2, 3), (2, 5), (1, 1), (None, None))] == ["V", "", "", ""]


def test_a_module_that_is_missing_is_named_where_it_is_imported() -> None:
    """`import`, `from`, a part of a package, and a star of which a name was expected."""
    found = causes("import os", "import numpy as np\nfrom helpers.layers import *\nprint(relu(3))")
    cause = found.of_module("No module named 'helpers'", 7, 9)
    assert cause == Cause("cell 2, line 2: there is no module `helpers` here", "this needs `helpers` in cell 7, line 9")
    cause = found.of_module("cannot import name 'nope' from 'numpy' (/usr/lib)", 7, 9)
    assert cause and cause.origin == "cell 2, line 1: the module `numpy` here has no `nope`"
    cause = found.of_module("No module named 'other'", 7, 9)
    assert cause and cause.origin == "cell 7, line 9: there is no module `other` here"
    assert found.of_module("something else", 7, 9) is None
    assert found.of_name("relu") is None
    starred = FirstCauses(found.cells, [CellResult(2, Status.PASSED, missing=("helpers.layers",))])
    assert (cause := starred.of_name("relu")) and cause.origin == "cell 2, line 2: there is no module `helpers` here"
    assert starred.of_name("svm_loss") is None, "nothing in the notebook uses it"


def test_a_cell_goes_on_after_an_import_that_fails() -> None:
    """Its later names are not missing on its account."""
    found = causes("import pandas as pd\nt = pd.x\ndef f(x): return x", c1=failed(1, "ModuleNotFoundError: No module named 'pandas'", 2))
    assert found.of_name("f") is None


@pytest.mark.parametrize(
    "body",
    [
        "pass", "...", '"""Say what."""', "raise NotImplementedError", "raise NotImplementedError('f')", "return None", "return",
        "out = None\n    return out", "out = None\n    pass\n    cache = (x, w)\n    return out, cache", "dx, dw = None, None\n    return dx, dw",
        "x, w = cache\n    dx, dw = None, None\n    return dx, dw", "return None, None", "out: object = None\n    return out", "a = b = None\n    return a",
    ],
)  # fmt: skip
def test_an_untouched_stub_is_known_in_any_style(body: str) -> None:
    """What exercises of other courses give their students, too."""
    assert is_stub(ast.parse(f"def f(x, w, cache):\n    {body}").body[0])


@pytest.mark.parametrize(
    "body",
    [
        "return x", "return x, w", "return 0", "x.sort()", "out = x @ w\n    return out", "dx, dw = None, None\n    dx = x.dot(w)\n    return dx, dw",
        "return x, None", "return f(x)", "out = x\n    return out", "if x:\n        return None\n    return w", "yield", "print(x)",
    ],
)  # fmt: skip
def test_an_answer_that_was_begun_is_no_stub(body: str) -> None:
    """The identity, a part of the answer, a procedure."""
    assert not is_stub(ast.parse(f"def f(x, w, cache):\n    {body}").body[0])


def test_classes_values_and_lambdas_can_be_stubs() -> None:
    """A class of stubs, a value that is None; what is inherited may be all that is needed."""
    stubs = ["class A:\n    pass", "class A:\n    def __init__(self, x):\n        self.x = x\n    def f(self): pass\n    def g(self): ..."]
    answers = ["class A(B): pass", "class A:\n    def f(self): return 1\n    def g(self): pass", "class A:\n    x = 3", "class A:\n    def __init__(self): self.x = 1"]
    assert [is_stub(ast.parse(text).body[0]) for text in [*stubs, *answers]] == [True] * 2 + [False] * 4
    values = {text: is_stub(ast.parse(text, mode="eval").body) for text in ("None", "...", "lambda x: None", "3", "lambda x: x", "0")}
    assert values == {"None": True, "...": True, "lambda x: None": True, "3": False, "lambda x: x": False, "0": False}


def test_what_an_answer_needs_is_followed_through_the_notebook() -> None:
    """Functions that it calls, and those that they call."""
    found = causes("def a(x): return b(x)", "def b(x): c(x)", "def c(x): return x\nclass V:\n    def f(self): return a(1)")
    assert found.needs("a") == ["b", "c"] and found.needs("V.f") == ["a", "b", "c"] and found.needs("nothing") == []
    assert found.returns_nothing("b") and not found.returns_nothing("a") and not found.returns_nothing("V")


def test_the_attributes_of_a_class_are_what_it_gives_its_objects() -> None:
    """Its fields, what its methods store, and the methods; not what it asks other objects for."""
    cell = "class Relu:\n    slope: float = 0.0\n    def forward(self, x):\n        self.mask = x.copy() > 0\n        return x.clip(0)"
    assert causes(cell).attributes("Relu") == {"slope", "mask", "forward"}


def test_cells_of_any_kind_do_no_harm() -> None:
    """Too long, empty, magic, nested 3,000 deep."""
    cells = ["x" * 300_000, "", "%matplotlib inline\n!ls\nf = 1", "a = " + "+".join(["1"] * 3_000), "\0", "def f(:\n  pass\n)\n  x"]
    found = FirstCauses(list(enumerate(cells, 1)), [CellResult(n, Status.FAILED, "SyntaxError: no", line=1) for n in range(1, 7)])
    assert (cause := found.of_name("f")) and cause.origin == "cell 6, line 1: SyntaxError: no"
