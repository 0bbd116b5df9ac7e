"""An exercise of the course as its cells and tests, and in the forms in which each grader wants them."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.throughput import light_cells
from grader.core.course import Exercise

SUPPORT = Path(__file__).with_name("support.py").read_text(encoding="utf-8")
KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CLOSED_FORMS = '''class torch:
    add, mul, maximum, stack = "add", "mul", "maximum", staticmethod(np.stack)


def reference(function, upstream, *inputs):
    """Return the output of a gate or of the circuit and its gradients: written out in NumPy, or by a complex step."""
    if function not in ("add", "mul", "maximum", circuit):
        (x,) = (np.asarray(part, dtype=np.float64) for part in inputs)
        slope = upstream * np.imag(function(x + 1e-30j)) / 1e-30
        return function(x), (slope if slope.shape == x.shape else slope.sum(axis=0),)
    parts = [np.asarray(part, dtype=np.float64) for part in inputs]
    if function is circuit:
        x, y, z, w = parts
        return 2 * (x * y + np.maximum(z, w)), tuple(2 * upstream * part for part in (y, x, 1.0 * (z > w), 1.0 * (w > z)))
    x, y = parts
    up = np.asarray(upstream, dtype=np.float64)
    if function == "add":
        return x + y, (up, up)
    return (x * y, (up * y, up * x)) if function == "mul" else (np.maximum(x, y), (up * (x > y), up * (y > x)))
'''


@dataclass(frozen=True)
class Test:
    """One test function, without its decorator."""

    name: str
    question: str
    points: float
    source: str


@dataclass(frozen=True)
class Assignment:
    """What is handed in, and what judges it: the same text for every grader.

    `cells` are the code cells of the reference, `helpers` the suite's own functions with `support.py` before them.
    """

    slug: str
    cells: tuple[str, ...]
    helpers: str
    tests: tuple[Test, ...]

    @property
    def max_points(self) -> float:
        return sum(test.points for test in self.tests)


@dataclass(frozen=True)
class Copy:
    """One submission: `variant` names the wrong answer in it, or is empty."""

    student: str
    cells: tuple[str, ...]
    variant: str = ""


def read_assignment(exercise: Exercise) -> Assignment:
    """The cells that set up, define answers or try them out (no pictures), and the hidden suite taken apart."""
    source = exercise.hidden_suite.read_text(encoding="utf-8")
    helpers: list[str] = []
    tests: list[Test] = []
    fixtures: list[str] = []
    for node in ast.parse(source).body[1:]:
        text = ast.get_source_segment(source, node) or ""
        if isinstance(node, ast.ImportFrom) and node.module == "grader.suite" or text == "import pytest":
            continue
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            call = node.decorator_list[0]
            assert isinstance(call, ast.Call)
            points = next(ast.literal_eval(word.value) for word in call.keywords if word.arg == "points")
            tests.append(Test(node.name, ast.literal_eval(call.args[0]), float(points), text))
            continue
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            fixtures.append(node.name)
        helpers.append(text)
    named = ", ".join(f'"{name}": {name}' for name in fixtures)
    text = "\n\n\n".join([SUPPORT, *helpers, f"FIXTURES = {{{named}}}"]) + "\n"
    cells = tuple(light_cells(exercise, with_checks=True))
    if clash := defined(text) & set().union(*map(defined, cells)):
        raise ValueError(f"{exercise.slug}: the suite and the notebook both define {', '.join(sorted(clash))}")
    return Assignment(exercise.slug, cells, text, tuple(tests))


def without_torch(assignment: Assignment) -> Assignment:
    """The same tests with the reference gradients written out in NumPy; only for the gates."""
    helpers = assignment.helpers.replace("import torch\n", "")
    begin = helpers.index("def reference(")
    end = helpers.index("\n\n\n", begin)
    return replace(assignment, helpers=helpers[:begin] + CLOSED_FORMS + helpers[end:])


def defined(source: str) -> set[str]:
    """The functions, classes and plain variables that a piece of code makes at its top level."""
    names: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names.update(part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name))
    return names


def with_variant(assignment: Assignment, path: Path) -> tuple[str, ...] | None:
    """The cells with the one that defines an answer replaced by a wrong answer; None if the variant has several."""
    source = path.read_text(encoding="utf-8")
    (name, *others) = sorted(defined(source)) or [""]
    at = [index for index, cell in enumerate(assignment.cells) if name in defined(cell)]
    if others or len(at) != 1:
        return None
    return tuple(source if index == at[0] else cell for index, cell in enumerate(assignment.cells))


def make_copies(assignment: Assignment, wrong: Path | None, count: int) -> list[Copy]:
    """`count` different submissions; with a folder of wrong answers every fourth has one of them."""
    variants = []
    for path in sorted(wrong.glob("*.py")) if wrong else []:
        if cells := with_variant(assignment, path):
            variants.append((path.stem, cells))
    copies = []
    for number in range(count):
        name, cells = "", assignment.cells
        if variants and number % 4 == 3:
            name, cells = variants[number // 4 * 7 % len(variants)]
        own = tuple(f"# copy {number}, cell {index}\n{cell}" for index, cell in enumerate(cells))
        copies.append(Copy(f"student-{number:04d}", own, name))
    return copies


def code_cell(source: str, identity: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    outside: dict[str, Any] = {"metadata": metadata or {}, "execution_count": None, "outputs": []}
    return {"cell_type": "code", "id": identity, "source": source, **outside}


def write_notebook(path: Path, cells: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")


def plain_notebook(path: Path, copy: Copy) -> None:
    """The student's cells and nothing else, as otter and this grader take them."""
    write_notebook(path, [code_cell(source, f"cell-{index}") for index, source in enumerate(copy.cells)])


def nbgrader_notebook(path: Path, assignment: Assignment, cells: tuple[str, ...]) -> None:
    """The student's cells, a locked cell with the helpers, and one graded cell of hidden tests for each test."""

    def marked(identity: str, **words: Any) -> dict[str, Any]:
        told = {"schema_version": 3, "grade_id": identity, "grade": False, "solution": False, "locked": True, "task": False}
        return {"nbgrader": {**told, **words}}

    found = [code_cell(text, f"cell-{i}", marked(f"cell-{i}", solution=True, locked=False)) for i, text in enumerate(cells)]
    found.append(code_cell(assignment.helpers, "helpers", marked("helpers")))
    for position, test in enumerate(assignment.tests):
        call = f"run({test.name}, globals(), {position})"
        source = f"### BEGIN HIDDEN TESTS\n{test.source}\n\n\n{call}\n### END HIDDEN TESTS"
        name = f"test-{position}"
        found.append(code_cell(source, name, marked(name, grade=True, points=test.points)))
    write_notebook(path, found)


def write_otter_tests(folder: Path, assignment: Assignment) -> None:
    """`folder/suite_support.py`, and `folder/tests/<question>.py` in otter's format of test functions."""
    (folder / "tests").mkdir(parents=True)
    (folder / "suite_support.py").write_text(assignment.helpers, encoding="utf-8")
    head = "from otter.test_files import test_case\nfrom suite_support import *\n\nOK_FORMAT = False\n"
    files: dict[str, str] = {}
    for position, test in enumerate(assignment.tests):
        text = files.setdefault(test.question, f'{head}\nname = "{test.question}"\npoints = None\n')
        call = (
            f'@test_case(name="{test.name}", points={test.points:g}, hidden=True)\n'
            f"def case_{position}(env):\n    run({test.name}, env, {position})\n"
        )
        files[test.question] = f"{text}\n\n{test.source}\n\n\n{call}"
    for question, text in files.items():
        (folder / "tests" / f"{question}.py").write_text(text, encoding="utf-8")
