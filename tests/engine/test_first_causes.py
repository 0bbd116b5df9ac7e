"""A failure is reported at its origin: what is not run, what is not attempted, and which sentences are said."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from support.cells import APPLY, COUNTER, DOUBLE, QUICK, GradeCells, opened

from grader.core.report import QuestionResult, Report, TestResult
from grader.sandbox.forkserver import ForkServer
from grader.suite.session import SuiteSession

SUITE = '''"""Functions that build on each other, and a class."""
import numpy as np
from grader.suite import *

@question("score", points=1)
def test_score(student):
    """The score."""
    close(student.score(np.array([1.0, 2.0])), np.array([2.0, 4.0]))

@question("score_grad", points=1)
def test_score_grad(student):
    """Its gradient."""
    close(student.score_grad(np.array([1.0, 2.0])), np.array([2.0, 2.0]))

@question("layer_forward", points=1)
def test_layer_forward(student):
    """Forward."""
    close(student.layer_forward.keep(np.ones(2))[0].value(), np.ones(2), what="out")

@question("layer_backward", points=1)
def test_layer_backward(student):
    """Backward: dx."""
    cache = student.layer_forward.keep(np.ones(2))[1]
    close(pair(student.layer_backward(np.ones(2), cache), 3)[0], np.ones(2), what="dx")

@question("layer_backward", points=1)
def test_layer_backward_of_the_bias(student):
    """Backward: db."""
    cache = student.layer_forward.keep(np.ones(2))[1]
    close(pair(student.layer_backward(np.ones(2), cache), 3)[2], np.ones(2), what="db")

@question("Value.__add__", points=1)
def test_add(student):
    """`+` gives the sum."""
    close(student.steps([("Value", 1.0), ("Value", 2.0), ("+", Step(0), Step(1))])[-1].data.value(), 3.0)

@question("Value.__add__", points=1)
def test_add_backward(student):
    """`+` hands on the gradient."""
    handles = student.steps([("Value", 1.0), ("+", Step(0), 2.0)])
    handles[-1].backward()
    close(handles[0].grad.value(), 1.0)

@question("Value.tanh", points=1)
def test_tanh(student):
    """`tanh` of 0."""
    close(student.steps([("Value", 0.0), (".tanh", Step(0))])[-1].data.value(), 0.0)

@question("Value.backward", points=1)
def test_backward(student):
    """Backward of a leaf."""
    leaf = student.Value(2.0)
    leaf.backward()
    close(leaf.grad.value(), 1.0)
'''
VALUE = """class Value:
    def __init__(self, data):
        self.data, self.grad = float(data), 0.0
        self.parents = ()
    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data)
        out.parents = (self, other)
        return out
    def tanh(self):
        return Value(0.0)
    def backward(self):
        self.grad = 1.0
        for parent in self.parents:
            parent.backward()"""
SCORE = "def score(x):\n    return 2 * x"
SCORE_GRAD = "import numpy as np\ndef score_grad(x):\n    return score(np.ones(2))"
LAYERS = """def layer_forward(x):
    out, cache = x, (x,)
    return out, cache
def layer_backward(dout, cache):
    dx, dw, db = dout, dout, dout
    return dx, dw, db"""

Results = dict[str, QuestionResult]
Judged = Callable[..., Results]


@pytest.fixture(scope="module")
def building(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SuiteSession]:
    path = tmp_path_factory.mktemp("causes") / "test_hidden.py"
    path.write_text(SUITE)
    session = SuiteSession(path)
    yield session
    session.close()


@pytest.fixture
def judged(building: SuiteSession, forkserver: ForkServer) -> Judged:
    """Cells → the results of their questions."""

    def judge(*cells: str) -> Results:
        with opened(forkserver, list(cells), QUICK) as (student, _):
            return {question.name: question for question in building.run(student, "seed")}

    return judge


def statuses(results: Results) -> dict[str, str]:
    return {name: question.status for name, question in results.items()}


def lost(question: QuestionResult) -> list[TestResult]:
    return [test for test in question.tests if test.status != "passed"]


def test_the_right_notebook_of_these_tests_is_right(judged: Judged) -> None:
    """Otherwise they would prove nothing."""
    assert set(statuses(judged(SCORE, SCORE_GRAD, LAYERS, VALUE)).values()) == {"passed"}


def test_a_syntax_error_is_named_where_it_is_and_what_it_stopped_is_not_run(judged: Judged) -> None:
    """`print "…"` in the cell with a class that a later cell needs."""
    broken = 'class Maths:\n    def twice(self, x): return 2 * x\n    def talk(self): print "hello"'
    results = judged(broken, f"m = Maths()\n{SCORE}", SCORE_GRAD)
    (test,) = results["score"].tests
    assert test.status == "not_run"
    assert test.message == "Cell 2 defines `score`, but stopped above it, in line 1: `Maths` was missing there."
    assert test.origin.startswith("cell 1, line 3: SyntaxError: Missing parentheses in call to 'print'")
    assert results["score_grad"].status == "not_run" and results["score_grad"].tests[0].origin == test.origin
    assert results["layer_forward"].status == "not_attempted"


def test_a_helper_that_a_dead_cell_would_have_defined_is_its_cause(judged: Judged) -> None:
    """The NameError is raised inside the call, and charged to the cell."""
    results = judged("1 / 0\ndef double(x):\n    return 2 * x", "def score(x):\n    return double(x)")
    (test,) = results["score"].tests
    assert (test.status, test.origin) == ("not_run", "cell 1, line 1: ZeroDivisionError: division by zero")
    assert test.message == "`double` is missing in cell 2, line 2: cell 1 defines `double`, but stopped above it, in line 1."


@pytest.mark.parametrize(
    ("cell", "origin"),
    [
        ("x = 0\nwhile True: pass\n", "cell 1, line 2: it used more than"),
        ("import os\nos._exit(3)\n", "cell 1: the process ended itself (exit code 3)"),
        ("raise SystemExit\n", "cell 1, line 1: SystemExit"),
        ("b = bytearray(1 << 40)\n", "cell 1, line 1: MemoryError"),
        ("assert False, 'no'\n", "cell 1, line 1: AssertionError: no"),
    ],
)
def test_a_cell_that_is_stopped_in_any_way_is_the_origin(cell: str, origin: str, judged: Judged) -> None:
    """By time, by an exit, by memory, by its own demand."""
    (test,) = judged(cell + SCORE)["score"].tests
    assert test.status == "not_run" and test.origin.startswith(origin)


def test_a_missing_module_is_the_origin_of_what_needs_it(judged: Judged) -> None:
    """At the top of a cell, of a class of it, or in the function itself; the rest counts."""
    top = "from cs999.layers import scale\nimport numpy as np\ndef score(x):\n    return scale(x)"
    results = judged(top, "def score_grad(x):\n    import pandas\n    return pandas.x", LAYERS)
    assert results["score"].tests[0].origin == "cell 1, line 1: there is no module `cs999` here"
    assert results["score_grad"].tests[0].origin == "cell 2, line 2: there is no module `pandas` here"
    assert {results[name].status for name in ("score", "score_grad")} == {"not_run"}
    assert results["layer_backward"].status == "passed"


def test_a_deleted_or_hidden_answer_was_written(judged: Judged) -> None:
    """The origin is the line that took it away."""
    results = judged(SCORE, "del score", "if False:\n    def score_grad(x): return x", "def f():\n    def layer_forward(x): return x")
    origins = [results[name].tests[0].origin for name in ("score", "score_grad", "layer_forward")]
    assert origins == [
        "cell 2, line 1: `del` takes away what was there",
        "cell 3, line 1: the notebook did not come to what this `if` decides",
        "cell 4, line 1: what is defined inside `f` cannot be called from outside",
    ]


def test_a_name_that_nobody_defines_is_the_students_own_slip(judged: Judged) -> None:
    """It stays wrong, and the name is said in the same words by each test, so that it is read once."""
    results = judged(LAYERS.replace("dx, dw, db = dout, dout, dout", "dx = doot"))
    tests = results["layer_backward"].tests
    assert {(test.status, test.message, test.origin) for test in tests} == {
        ("crashed", "NameError: `doot` is not defined in cell 1, line 5.", "")
    }


@pytest.mark.parametrize(
    "stub",
    ["pass", "...", "return None", "raise NotImplementedError('score')", "out = None\n    return out", "'''Say it.'''"],
)
def test_an_untouched_stub_is_not_attempted_and_what_builds_on_it_is_not_run(stub: str, judged: Judged) -> None:
    """Whatever its style; a written answer that calls it is not to blame."""
    results = judged(f"def score(x):\n    {stub}", "def score_grad(x):\n    return 2 * score(x) / x")
    assert (results["score"].status, results["score"].tests[0].message) == ("not_attempted", "not attempted yet")
    (test,) = results["score_grad"].tests
    assert (test.status, test.message) == ("not_run", "This calls `score`, which is not attempted yet.")
    assert test.origin in ("cell 1, line 1: `score` is not attempted yet", "cell 1, line 2: `score` is not attempted yet")


def test_a_tuple_of_none_is_not_attempted_and_a_part_that_is_none_is_named(judged: Judged) -> None:
    """As CS231n's stubs are: the forward untouched, the backward half done."""
    forward = "def layer_forward(x):\n    out = None\n    pass\n    cache = (x,)\n    return out, cache\n"
    backward = "def layer_backward(dout, cache):\n    dx, dw, db = None, None, None\n    dx = dout * 1\n    dw = dout\n    return dx, dw, db"
    results = judged(forward + backward)
    assert results["layer_forward"].status == "not_attempted"
    (test,) = lost(results["layer_backward"])
    assert (test.status, test.diagnosis) == ("failed", "the third part is still None")
    kept = judged("def layer_forward(x):\n    y = x + 0\n    return None, y\n" + backward)["layer_forward"].tests[0]
    assert (kept.status, kept.diagnosis) == ("failed", "the first part is still None")


def test_forgot_return_is_said_only_when_nothing_came_back(judged: Judged) -> None:
    """Of the answer itself, and of a helper by its name; a stub that it calls is another matter."""
    assert judged("def score(x):\n    2 * x")["score"].tests[0].diagnosis == "nothing was returned: did you forget `return`?"
    (test,) = judged("def double(x):\n    y = 2 * x", "def score(x):\n    return double(x) + 0")["score"].tests
    assert (test.status, test.diagnosis) == ("crashed", "`double` returns nothing: did you forget `return`?")
    (test,) = judged("def score(x):\n    y = x if x is None else None\n    return y + 1")["score"].tests
    assert test.diagnosis == "one of the values is None: print them in the line named above"


def test_a_missing_method_is_not_attempted(judged: Judged) -> None:
    """Neither is an operator; the others keep their points."""
    value = VALUE.replace("def tanh", "def cosh").replace("__add__", "__mul__")
    results = judged(value)
    assert statuses(results) | {"score": "", "score_grad": "", "layer_forward": "", "layer_backward": ""} == {
        "score": "", "score_grad": "", "layer_forward": "", "layer_backward": "",
        "Value.__add__": "not_attempted", "Value.tanh": "not_attempted", "Value.backward": "passed",
    }  # fmt: skip
    assert results["Value.tanh"].tests[0].message == "`Value` has no `tanh`."


def test_a_missing_method_is_not_attempted_whatever_else_its_tests_meet(judged: Judged) -> None:
    """A test that never comes to the method says the same as one that asks for it."""
    (test,) = judged(VALUE.replace("def backward", "def backaward") + "\n    def __init__(self, data):\n        raise ValueError")["Value.backward"].tests
    assert (test.status, test.message) == ("not_attempted", "`Value` has no `backward`.")
    assert (test.diagnosis, test.origin) == ("`Value` has `backaward`: is that it?", "")
    absent = VALUE.replace("float(data)", "nowhere(data)").replace("def tanh", "def cosh")
    results = judged(f"from nowhere import nowhere\n{absent}")
    assert (results["Value.tanh"].status, results["Value.backward"].status) == ("not_attempted", "not_run")


def test_a_relative_import_is_the_origin_of_what_needs_it(judged: Judged) -> None:
    """By its name, or by the star from which a name was expected."""
    results = judged("from .data import load\nfrom ..layers import twice", "from .helpers import *", "def score(x):\n    return twice(x)", "def score_grad(x):\n    return ones(2)")
    origins = [results[name].tests[0].origin for name in ("score", "score_grad")]
    assert [results[name].status for name in ("score", "score_grad")] == ["not_run", "not_run"]
    assert origins == [
        "cell 1, line 2: `from ..layers import …` is a relative import, which finds nothing in a notebook",
        "cell 2, line 1: `from .helpers import …` is a relative import, which finds nothing in a notebook",
    ]
    assert results["score"].tests[0].message == "This needs `..layers`."


def test_a_misspelt_method_is_suggested_once(judged: Judged) -> None:
    """In its own question; what needs it is not run, for want of it."""
    results = judged(VALUE.replace("backward", "backaward"))
    (test,) = results["Value.backward"].tests
    assert (test.status, test.diagnosis) == ("not_attempted", "`Value` has `backaward`: is that it?")
    (other,) = lost(results["Value.__add__"])
    assert (other.status, other.message, other.diagnosis) == ("not_run", "This needs `Value.backward`.", "")
    assert other.origin == "cell 1, line 1: `Value` has no `backward`"
    assert results["Value.__add__"].score == 1.0


def test_what_calls_a_method_that_is_a_stub_is_not_run(judged: Judged) -> None:
    """`backward` does nothing yet: a gradient of 0 is no mistake of the sum."""
    head, _, _ = VALUE.partition("    def backward")
    results = judged(f"{head}    def backward(self):\n        pass")
    assert results["Value.backward"].status == "not_attempted"
    (test,) = lost(results["Value.__add__"])
    assert (test.status, test.origin) == ("not_run", "cell 1, line 12: `Value.backward` is not attempted yet")


def test_an_attribute_under_another_name_is_said_in_the_same_words_by_every_test(judged: Judged) -> None:
    """It stays a mistake; the name that is like it is suggested once."""
    results = judged(VALUE.replace(".grad", ".gradient"))
    tests = [test for question in results.values() for test in lost(question) if test.status != "not_attempted"]
    assert {(test.status, test.message) for test in tests} == {("crashed", "`Value` has no `grad`.")}
    assert [test.diagnosis for test in tests if test.diagnosis] == ["`Value` has `gradient`: is that it?"]


def test_a_method_that_a_dead_cell_would_have_added_is_not_run(judged: Judged) -> None:
    """`Value.backward = …` in a cell that fails."""
    head, _, body = VALUE.partition("    def backward")
    patch = f"1 / 0\ndef go{body}\nValue.backward = go".replace("\n    ", "\n")
    results = judged(head, patch.replace("\nself", "\n    self").replace("\nfor", "\n    for").replace("\n    parent", "\n        parent"))
    assert {results[name].status for name in ("Value.backward", "Value.__add__")} == {"not_run"}
    assert results["Value.backward"].tests[0].origin == "cell 2, line 1: ZeroDivisionError: division by zero"


def test_a_near_name_is_never_that_of_another_question(judged: Judged) -> None:
    """Nor one that is nearer to another question, nor one that another answer needs, nor of another kind."""
    assert judged(SCORE)["score_grad"].tests[0].diagnosis == ""
    assert judged("def score_grad(x): return 2 * x / x")["score"].tests[0].diagnosis == ""
    helped = "def score_of(x): return 2 * x\ndef score_grad(x): return score_of(x) / x"
    assert judged(helped)["score"].tests[0].diagnosis == ""
    assert judged("scores = [1, 2]")["score"].tests[0].diagnosis == ""
    assert judged("def scores(x): return 2 * x")["score"].tests[0].diagnosis == "`scores` is defined: is that the name you gave it?"
    slip = "def scor(x): return 2 * x\ndef score_grad(x): return scor(x) / x"
    assert judged(slip)["score"].tests[0].diagnosis == "`scor` is defined: is that the name you gave it?", "however it is used"
    several = judged(VALUE.replace("Value", "Vallue"))
    said = [test.diagnosis for question in several.values() for test in question.tests if test.diagnosis]
    assert set(said) == {"`Vallue` is defined: is that the name you gave it?"} and len(said) == len(several["Value.__add__"].tests)


def test_a_plain_number_where_an_object_of_a_class_belongs_is_to_be_wrapped(judged: Judged) -> None:
    """Of an attribute of the class; an array's attribute is another matter."""
    (test,) = lost(judged(VALUE.replace("other if isinstance(other, Value) else Value(other)", "other"))["Value.__add__"])
    assert test.diagnosis == "make the number a `Value` first"


def test_the_report_says_what_a_dead_cell_costs(grade_cells: GradeCells) -> None:
    """Not run, with no points, and an attempt all the same."""
    report: Report = grade_cells([f"import numpy as np\n1 / 0\n{DOUBLE}", f"y = double(2)\n{COUNTER}", APPLY])
    assert [question.status for question in report.questions] == ["not_run", "not_run", "passed"]
    assert report.score == 1.0
    assert [cell.line for cell in report.cells] == [2, 1, None]
    assert report.cells[1].origin == "cell 1, line 2: ZeroDivisionError: division by zero"


def test_what_ends_a_cell_is_said_before_what_it_went_on_after(grade_cells: GradeCells) -> None:
    """A statement that needs a missing module is left out; the one that fails later ends the cell."""
    report = grade_cells(["import pandas as pd\ntable = pd.DataFrame()\n1 / 0\n" + DOUBLE])
    assert report.cells[0].error == "ZeroDivisionError: division by zero (line 3)"
    assert report.questions[0].tests[0].origin == "cell 1, line 3: ZeroDivisionError: division by zero"


def test_a_notebook_whose_time_is_used_up_names_what_used_it(grade_cells: GradeCells) -> None:
    """Cells that were not run have one origin in common."""
    burn = "while True: pass"
    report = grade_cells([burn] * 12 + [DOUBLE, COUNTER])
    late = [cell for cell in report.cells if "was not run" in (cell.error or "")]
    origins = {test.origin for question in report.questions for test in question.tests if test.status == "not_run"}
    assert not late or (len(origins) == 1 and "most of it by cell 1" in next(iter(origins)))
