"""Which names a cell defines: one answer, for feedback, forbidden names, recognition and similarity."""

from __future__ import annotations

import pytest

from grader.core.cells import (
    MAX_PARSED,
    declared_names,
    defined_names,
    defining_cell,
    defining_cells,
    loop_in,
)
from grader.core.course_settings import Question
from grader.core.report import Status, TestResult
from grader.core.scoring import question_result
from grader.engine.forbidden import without_forbidden

DEFINING = {
    "def": "def relu(x):\n    return x",
    "async def": "async def relu(x):\n    return x",
    "class": "class relu:\n    pass",
    "decorated": "@property\ndef relu(x):\n    return x",
    "assignment": "relu = lambda x: x",
    "chained": "f = relu = lambda x: x",
    "tuple": "(f, relu) = 1, 2",
    "list": "[f, relu] = 1, 2",
    "starred": "f, *relu = 1, 2, 3",
    "annotated": "relu: object = 3",
    "augmented": "relu += 1",
    "import": "import relu",
    "import as": "from numpy import maximum as relu",
    "import of a part": "import relu.inner",
    "try": "try:\n    import torch\n    def relu(x):\n        return x\nexcept ImportError:\n    pass",
    "except": "try:\n    pass\nexcept ImportError:\n    relu = 3",
    "finally": "try:\n    pass\nfinally:\n    relu = 3",
    "if": "if True:\n    def relu(x):\n        return x",
    "else": "if True:\n    pass\nelse:\n    relu = 3",
    "with": "with open('x') as f:\n    relu = 3",
    "with as": "with open('x') as relu:\n    pass",
    "for": "for relu in [lambda x: x]:\n    pass",
    "in for": "for _ in range(3):\n    relu = 3",
    "while": "while True:\n    relu = 3\n    break",
    "match": "match 3:\n    case relu:\n        pass",
    "match rest": "match [1, 2]:\n    case [_, *relu]:\n        pass",
    "match mapping": "match {}:\n    case {**relu}:\n        pass",
    "in case": "match 3:\n    case _:\n        relu = 3",
    "walrus": "(relu := 3)",
    "walrus in a condition": "if (relu := 3):\n    pass",
    "walrus in a comprehension": "[relu := x for x in range(3)]",
    "magic around it": "%matplotlib inline\n!ls\nrelu = 3\n?relu",
    "defined again after del": "relu = 3\ndel relu\nrelu = 4",
}
NOT_DEFINING = {
    "docstring": '"""\ndef relu(x):\n    ...\n"""\n',
    "comment": "# def relu(x): ...",
    "string": 'note = """\ndef relu(x):\n    was my first idea\n"""',
    "use": "relu(3)",
    "comparison": "relu == 3",
    "inside a function": "def other():\n    relu = 3\n    def relu(): pass",
    "inside a class": "class Other:\n    relu = 3\n    def relu(self): pass",
    "walrus inside a lambda": "f = lambda: (relu := 3)",
    "comprehension": "[relu for relu in range(3)]",
    "argument": "f(relu=3)",
    "attribute": "f.relu = 3",
    "attribute of it": "relu.x = 3",
    "item of it": "relu[0] = 3",
    "only annotated": "relu: int",
    "deleted": "relu = 3\ndel relu",
    "as in except": "try:\n    pass\nexcept ValueError as relu:\n    pass",
    "module of an import": "from relu import f",
}


@pytest.mark.parametrize("way", DEFINING)
def test_a_cell_defines_a_name_however_it_is_bound(way: str) -> None:
    """Feedback, forbidden names and recognition see the name in this cell, not in the one before."""
    cells = [(1, "relu = None"), (2, DEFINING[way]), (3, "relu(1)")]
    assert "relu" in defined_names(DEFINING[way])
    assert defining_cells(cells, ["relu"]) == {"relu": 2}
    found = defining_cell(cells, "relu")
    assert found is not None and found[0] == 2


@pytest.mark.parametrize("way", NOT_DEFINING)
def test_what_only_mentions_a_name_does_not_define_it(way: str) -> None:
    """A quotation, a use, and what stays inside a function, a class or a comprehension."""
    assert "relu" not in defined_names(NOT_DEFINING[way])
    assert defining_cells([(1, "relu = None"), (2, NOT_DEFINING[way])], ["relu"]) == {"relu": 1}
    assert defining_cell([(2, NOT_DEFINING[way])], "relu") is None


@pytest.mark.parametrize("start", ["def relu(x):", "class relu:", "async def relu(x):", "relu = [", "f, relu = (", "relu: int = ("])
def test_a_cell_with_a_syntax_error_is_recognised_by_its_lines(start: str) -> None:
    """It is where the answer was meant to be, unless another cell that can be parsed has one."""
    broken = f"import numpy\n{start}\n    return )"
    assert "relu" in defined_names(broken)
    assert defining_cells([(1, "x = 1"), (2, broken)], ["relu"]) == {"relu": 2}
    assert defining_cells([(1, "def relu(x): ..."), (2, broken)], ["relu"]) == {"relu": 1}
    assert defining_cell([(2, broken)], "relu") is None


def test_indented_or_compared_in_a_broken_cell_is_no_definition() -> None:
    """Only the beginning of a line that is not indented counts."""
    assert defined_names("    relu = 3\nrelu == 3\nrelu(x)\n)") == []


def test_names_come_in_the_order_of_the_cell() -> None:
    """A message that lists what a notebook defines names the first ones."""
    source = "import numpy as np\ndef b(): ...\na, c = 1, 2\nclass A: ..."
    assert defined_names(source) == ["np", "b", "a", "c", "A"]
    assert defined_names(source, parse=False) == ["b", "a", "c", "A"]


def test_a_method_is_defined_by_its_class_or_by_an_assignment_to_it() -> None:
    """`Value.backward = …` in a later cell is the answer to `Value.backward`, and to nothing else."""
    cells = [(1, "class Value:\n    def relu(self): ..."), (2, "def f(self): ...\nValue.backward = f"), (3, "Value(3).relu()")]
    assert defining_cells(cells, ["Value.relu", "Value.backward", "Value", "Other.relu"]) == {
        "Value.relu": 1, "Value.backward": 2, "Value": 1,
    }  # fmt: skip
    again = [*cells, (4, "class Value: ...")]
    assert defining_cells(again, ["Value.backward"]) == {"Value.backward": 4}
    assert [found[0] for name in ("Value.relu", "Value.backward") if (found := defining_cell(cells, name))] == [1, 2]


def test_a_forbidden_name_is_found_however_the_answer_is_bound() -> None:
    """The cell that binds the answer is looked through."""
    question = question_result("relu", (TestResult("t", Status.PASSED, 1.0, 1.0, "It is 0 below 0."),))
    for source in ("try:\n    from torch import relu\nfinally:\n    pass", "f = relu = torch.relu", "for relu in [torch.relu]: ..."):
        (result,) = without_forbidden([question], [Question("relu", forbidden=("torch",))], [(1, f"import torch\n{source}")])
        assert result.status == Status.FORBIDDEN and result.score == 0


def test_functions_classes_and_methods_are_declared_names() -> None:
    """At any depth, and nothing else."""
    source = "class A:\n    def m(self):\n        def inner(): ...\nasync def f(): ...\nx = 1"
    assert declared_names(source) == {"A", "m", "inner", "f"}
    assert declared_names("def broken(:") == set()


def test_a_loop_is_found_in_a_function_that_is_not_at_the_beginning_of_a_line() -> None:
    """In a `try:` as well."""
    cells = [(1, "try:\n    def f():\n        while True: ...\nfinally:\n    pass")]
    assert loop_in(cells, "f()") == "`f` is in cell 1, line 2; does the `while` in line 3 ever end?"


@pytest.mark.parametrize(
    "source",
    ["x = " + "+".join(["1"] * 5_000), "relu = " + "-" * 50_000 + "1", "relu = 3\n" + "#" * MAX_PARSED, "relu = '\0'", "relu = 3\n" * 50_000],
    ids=["terms", "signs", "long", "null", "lines"],
)
def test_a_hostile_cell_is_looked_through_without_an_exception(source: str) -> None:
    """Deep, long or unreadable: there is an answer, at once."""
    assert set(defined_names(source)) <= {"x", "relu"}
    assert defining_cells([(1, source)], ["relu"]) in ({}, {"relu": 1})
    defining_cell([(1, source)], "relu")
