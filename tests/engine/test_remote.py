"""A notebook in its worker, asked from outside, on both rungs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from msgspec import structs
from support.cells import COUNTER, QUICK, opened

from grader.sandbox.forkserver import ForkServer
from grader.suite import Handle, Step
from grader.suite.exceptions import Crashed, Died, NotAttempted, StudentFailure

LIBRARY = """
import itertools, numpy as np, torch
answer = 42
table = {'a': [1, 2], 'f': lambda x: x + 1}
def same(x): return x
def kind(x): return type(x).__name__
def add(a, b=1, *, c=0): return a + b + c
def matrix(): return np.arange(6.0).reshape(2, 3)
def some(): return (n * n for n in range(4))
def endless(): return itertools.count()
def spoil(x, rows):
    x *= 2
    rows.append(3)
    return None
def deep():
    x = []
    for _ in range(100): x = [x]
    return x
def apply(f, x): return f(x)
def twice(f): return lambda x: f(f(x))
def stub(x): raise NotImplementedError
def broken(x):
    y = x
    return y / 0
def loud(x):
    print('out', x); import sys; print('err', file=sys.stderr); sys.stdout.flush()
    return x
"""
LETHAL = """
import os, signal
calls = 0
def count():
    global calls
    calls += 1
    return calls
def forever():
    while True: pass
def sleep():
    import time
    time.sleep(1000)
def leave(): os._exit(0)
def hog():
    parts = []
    while True: parts.append(bytearray(b'x' * (16 << 20)))
def hog_in_children():
    import time
    for _ in range(20):
        if os.fork() == 0:
            block = bytearray(b'x' * (100 << 20))
            time.sleep(100)
    time.sleep(100)
def segfault():
    import ctypes
    ctypes.string_at(8)
"""


def test_functions_answer_with_plain_data(server: ForkServer) -> None:
    """Numbers, text, containers, arrays and tensors go there and back, positional and by keyword."""
    with opened(server, [LIBRARY]) as (student, _):
        for value in (1, 2.5, "é", None, True, [1, (2, 3)], {"k": 1}, 10**30, b"x"):
            assert student.same(value) == value
        assert student.add(1, c=3) == 5
        assert np.array_equal(student.matrix(), np.arange(6.0).reshape(2, 3))
        assert student.kind(torch.ones(2)) == "Tensor" and student.kind(np.ones(2)) == "ndarray"
        assert isinstance(student.same(torch.ones(2)), np.ndarray)
        assert student.answer.value() == 42 and student.table["a"][1].value() == 2 and student.table["f"](1) == 2
        assert student.has("answer") and not student.has("question")


def test_objects_stay_with_the_notebook_and_are_used_by_handle(server: ForkServer) -> None:
    """A class makes an object, its methods remember, and it can be handed back as an argument."""
    with opened(server, [COUNTER, "def read(c, factor): return c.total() * factor"]) as (student, _):
        one, two = student.Counter(), student.Counter()
        assert isinstance(one, Handle)
        one.add(2)
        one.add(3)
        two.add(10)
        assert (one.total(), two.total(), one.sum.value()) == (5, 10, 5)
        assert student.read(one, factor=2) == 10
        for misuse in (lambda: one == 1, lambda: bool(one), lambda: float(one), lambda: list(one)):
            with pytest.raises(StudentFailure, match="Counter"):
                misuse()


def test_the_judges_functions_are_called_back(server: ForkServer) -> None:
    """A function of the judge's is called by the notebook, its errors included, alone and nested in the notebook's own."""
    seen: list[Any] = []

    def cube(x: float) -> float:
        seen.append(x)
        return x**3

    with opened(server, [LIBRARY]) as (student, _):
        assert student.apply(cube, 2.0) == 8.0 and seen == [2.0]
        assert np.array_equal(student.apply(lambda a: a.T, np.ones((2, 3))), np.ones((3, 2)))
        with pytest.raises(Crashed, match="no such luck"):
            student.apply(lambda _: (_ for _ in ()).throw(ValueError("no such luck")), 1)
        assert student.add(1, 2) == 3


def test_a_kept_result_stays_in_the_notebook(server: ForkServer) -> None:
    """`keep` gives a handle to what would have been data, and the handle is an argument like any other."""
    with opened(server, [LIBRARY]) as (student, _):
        kept = student.matrix.keep()
        assert isinstance(kept, Handle)
        assert student.same(kept).shape == (2, 3)
        assert kept.sum() == 15.0


def test_generators_are_listed_and_endless_ones_refused(server: ForkServer) -> None:
    """A finite generator is its values; an endless one and a bottomless list are larger than an answer can be."""
    with opened(server, [LIBRARY]) as (student, _):
        assert student.some() == [0, 1, 4, 9]
        for refused in (student.endless, student.deep):
            with pytest.raises(StudentFailure, match="larger than an answer can be"):
                refused()
        assert student.same(1) == 1


def test_changed_arguments_are_shown_to_the_judge(server: ForkServer) -> None:
    """`with_arguments` brings back the arguments as they are after the call, and leaves the judge's own alone."""
    x, rows = np.arange(3.0), [1, 2]
    with opened(server, [LIBRARY]) as (student, _):
        result, after = student.spoil.with_arguments(x, rows)
    assert result is None
    assert after[0].tolist() == [0.0, 2.0, 4.0] and after[1] == [1, 2, 3]
    assert x.tolist() == [0.0, 1.0, 2.0] and rows == [1, 2]


def test_an_exception_names_its_kind_its_cell_and_its_line(server: ForkServer) -> None:
    """A crash in the second cell is reported with that cell and the line in it, and the next call works."""
    with opened(server, ["x = 1", "def broken(x):\n    y = x\n    return y / 0", LIBRARY.replace("broken", "other")]) as (student, _):
        with pytest.raises(Crashed) as caught:
            student.broken(1)
        assert "ZeroDivisionError" in str(caught.value) and "cell 2, line 3" in str(caught.value)
        assert "ArithmeticError" in caught.value.kinds
        assert student.same(3) == 3


def test_missing_names_and_stubs_are_not_attempted(server: ForkServer) -> None:
    """A name that is not there and a function that is still the stub are told apart from crashes."""
    with opened(server, [LIBRARY]) as (student, _):
        with pytest.raises(NotAttempted, match="`nowhere` is not defined"):
            student.nowhere(1)
        with pytest.raises(NotAttempted):
            student.stub(1)


def test_prints_do_not_matter(server: ForkServer) -> None:
    """A function that prints, and a cell that writes to every standard stream, change no answer."""
    with opened(server, ["import os\nprint('x' * 100000)\nos.write(1, b'junk')\nos.write(2, b'junk')", LIBRARY]) as (student, _):
        assert student.loud(7) == 7
        assert student.same(8) == 8


@pytest.mark.parametrize(
    ("name", "status"),
    [("forever", "timed_out"), ("sleep", "timed_out"), ("leave", "crashed"), ("segfault", "crashed"),
     ("hog_in_children", "out_of_memory")],
)  # fmt: skip
def test_a_call_that_ends_its_worker_costs_itself_alone(server: ForkServer, name: str, status: str) -> None:
    """The call dies with the right status, and the next one is served by a new worker in which the cells ran again."""
    patient = structs.replace(QUICK, call_cpu_s=5.0 if status == "out_of_memory" else QUICK.call_cpu_s)  # memory takes time to fill
    with opened(server, [LIBRARY, LETHAL], patient) as (student, _):
        assert student.count() == 1 and student.count() == 2
        with pytest.raises(Died) as caught:
            getattr(student, name)()
        assert caught.value.status == status
        assert name in str(caught.value)
        assert student.count() == 1 and student.same(5) == 5


def test_a_memory_hog_meets_its_limit(server: ForkServer) -> None:
    """A call that takes all it can get is out of memory, and the next one is served."""
    with opened(server, [LIBRARY, LETHAL], structs.replace(QUICK, call_cpu_s=5.0)) as (student, _):
        with pytest.raises(StudentFailure) as caught:
            student.hog()
        assert caught.value.status == "out_of_memory"
        assert student.same(5) == 5


def test_cells_run_as_in_jupyter(server: ForkServer) -> None:
    """Magics, shell lines, help, display and top-level await work; one broken cell does not stop the next."""
    cells = [
        "%matplotlib inline\n%load_ext autoreload\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()",
        "%%time\nx = 1",
        "!echo hello\nfiles = !echo one",
        "import asyncio\nasync def three(): return 3\ny = await three()",
        "len?",
        "display(x)\nx",
        "def broken(:",
        "1 / 0",
        "import sys; sys.exit(1)",
        "_ = input('name? ')",
        "z = x + y\ndef total(): return z\ndef listed(): return list(files)",
    ]
    with opened(server, cells) as (student, notebook):
        status = {cell.index: cell.status for cell in notebook.results}
        errors = {cell.index: str(cell.error) for cell in notebook.results}
        assert student.total() == 4
        assert student.listed() == ["one"]
    assert [n for n in status if status[n] == "failed"] == [7, 8, 9, 10], errors
    assert "SyntaxError" in errors[7] and "ZeroDivisionError" in errors[8] and "SystemExit" in errors[9]


def test_a_cell_that_ends_its_worker_is_left_out_of_the_replay(server: ForkServer) -> None:
    """An endless cell is stopped and named, and everything around it still counts."""
    with opened(server, ["a = 1", "while True: pass", "import os; os._exit(0)", "def get(): return a"]) as (student, notebook):
        assert student.get() == 1
        assert [(cell.index, cell.status) for cell in notebook.results] == [
            (1, "passed"), (2, "timed_out"), (3, "crashed"), (4, "passed")
        ]  # fmt: skip


def test_a_slow_caller_cannot_stretch_a_call_by_calling_back(server: ForkServer) -> None:
    """All the time between the callbacks of one call counts against that call's limits."""
    cell = "import time\ndef linger(f):\n    for _ in range(12):\n        time.sleep(0.4)\n        f(1)\n    return 0"
    assert QUICK.wall_s(QUICK.call_cpu_s) < 12 * 0.4
    with opened(server, [cell]) as (student, _), pytest.raises(Died) as caught:
        student.linger(lambda x: x)
    assert caught.value.status == "timed_out"


VALUE = """
class Value:
    def __init__(self, data): self.data = data
    def __add__(self, other): return Value(self.data + (other.data if isinstance(other, Value) else other))
    __radd__ = __add__
    def __neg__(self): return Value(-self.data)
    def square(self): return Value(self.data ** 2)
"""


def test_an_expression_of_the_students_objects_runs_in_one_go(server: ForkServer) -> None:
    """Operators, methods and plain numbers on either side; every step can be read and used again."""
    with opened(server, [VALUE]) as (student, _):
        a, _, total, square = student.steps([("Value", 3.0), ("+", 1.0, Step(0)), ("+", Step(1), Step(0)), (".square", Step(2))])
        assert (a.data.value(), total.data.value(), square.data.value()) == (3.0, 7.0, 49.0)
        (again,) = student.steps([("neg", square)])
        assert again.data.value() == -49.0
        chain = [("Value", 0.0), *[("+", Step(n), 1.0) for n in range(10_000)]]
        assert student.steps(chain)[-1].data.value() == 10_000.0


def test_a_suite_hands_over_an_object_that_owes_nothing_to_the_notebook(server: ForkServer) -> None:
    """A module of torch is made in the notebook's process, given weights, passed on, and read again."""
    cell = "nn = Linear = None\ndef grow(model):\n    model.weight.data += 1\n    return type(model).__name__"
    with opened(server, [cell]) as (student, _):
        model = student.library("torch.nn").Linear.keep(1, 2)
        model.weight.data.copy_.keep(torch.tensor([[3.0], [4.0]]))
        assert student.grow(model) == "Linear"
        assert np.array_equal(model.weight.value(), [[4.0], [5.0]])
        assert "grow(torch.nn.Linear(1, 2))" in student.last_call()
        with pytest.raises(Crashed, match="no_such_module"):
            student.library("no_such_module").thing()


def test_a_failing_expression_is_shown_as_the_student_would_write_it(server: ForkServer) -> None:
    """A missing operator is a crash that shows the expression; a missing class is not attempted."""
    with opened(server, [VALUE]) as (student, _):
        with pytest.raises(Crashed, match=r"\(Value\(1\) \* 2\)"):
            student.steps([("Value", 1), ("*", Step(0), 2)])
        with pytest.raises(NotAttempted, match="`Other` is not defined"):
            student.steps([("Other", 1)])


def test_an_item_of_a_kept_result_can_be_passed_on(server: ForkServer) -> None:
    """What only the notebook understands, such as a layer's cache, goes back to it as it was."""
    cell = "class Cache:\n    pass\ndef forward(x):\n    c = Cache(); c.x = x\n    return [x + 1, c]\ndef backward(d, cache):\n    return d * cache.x"
    with opened(server, [cell]) as (student, _):
        out = student.forward.keep(3.0)
        assert out[0].value() == 4.0
        assert student.backward(5.0, out[1]) == 15.0
        with pytest.raises(Crashed, match="list index out of range"):
            student.backward(5.0, out[2])
