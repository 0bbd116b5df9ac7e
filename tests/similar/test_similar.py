"""Disguised copies are found, independent correct answers are not, and the pages show what students wrote safely."""

from __future__ import annotations

import ast
import json
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from support.nonempty import nonempty
from support.paths import ROOT

from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.grades import ClassGrades, Column, Grade, Standing
from grader.core.report import GradeStatus, Report, Status, TestResult
from grader.core.scoring import question_result
from grader.core.students import Person
from grader.similar import (
    GivenCode,
    Pair,
    Similarities,
    StudentWork,
    compare,
    compare_class,
    given_code,
    read_work,
)
from grader.similar.passages import passages
from grader.similar.similar_pages import LINES_MOST, similarity_pages
from grader.similar.similarity import EVIDENCE, THRESHOLD
from grader.similar.tokens import MOST_CHARACTERS, chunks
from grader.similar.winnow import STEP, WINDOW, fingerprints, window_hashes, winnowed

SLUGS = sorted(path.name for path in (ROOT / "exercises").iterdir() if path.is_dir())
# 05_activations: `maxima` was made from `vectorised`: all but four one-line functions are the same, character by character.
NEAR_COPIES = {("05_activations", "maxima", "vectorised")}
# Transformed copies of these are not found: all of each is one-line formulas, and in each of them every product and sum is turned round.
ONLY_FORMULAS = {("05_activations", "maxima"), ("05_activations", "vectorised")}


# The ways in which a copy is disguised


def _bound(trees: Iterable[ast.Module]) -> tuple[set[str], set[str]]:
    """Names and attributes that the notebook itself binds."""
    names: set[str] = set()
    attributes: set[str] = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            attributes.add(node.attr)
        if isinstance(node, ast.ClassDef):
            attributes |= {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
    return names, attributes


class Renamed(ast.NodeTransformer):
    """Every name of one's own is another one."""

    def __init__(self, names: set[str], attributes: set[str], kept: frozenset[str]) -> None:
        new = {name: f"renamed_{place}" for place, name in enumerate(sorted(names | attributes))}
        self.names = {old: new[old] for old in names if old not in kept and old != "self" and not old.startswith("__")}
        self.attributes = {old: new[old] for old in attributes if old not in kept and not old.startswith("__")}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg = self.names.get(node.arg, node.arg)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.name = self.attributes.get(node.name, self.names.get(node.name, node.name))
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        self.generic_visit(node)
        node.name = self.names.get(node.name, node.name)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.Attribute:
        self.generic_visit(node)
        node.attr = self.attributes.get(node.attr, node.attr)
        return node


class TurnedRound(ast.NodeTransformer):
    """`x * y` is `y * x`, and `x + y` is `y + x`, everywhere."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:
        self.generic_visit(node)
        if isinstance(node.op, ast.Mult | ast.Add):
            node.left, node.right = node.right, node.left
        return node


class OtherLiterals(ast.NodeTransformer):
    """Every number and text is another one."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if type(node.value) in (int, float):
            node.value = node.value + 7
        elif isinstance(node.value, str):
            node.value += " or so"
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        return node


class Padded(ast.NodeTransformer):
    """Every function has a docstring, a print, an annotation, and an assertion."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.body = [*ast.parse('"""All my own work."""\nprint("here", 1)\nassert True').body, *node.body]
        for argument in node.args.args[1:]:
            argument.annotation = ast.Name("float", ast.Load())
        return node


class Swapped(ast.NodeTransformer):
    """Neighbouring assignments that do not need each other change places."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for body in (getattr(node, "body", None), getattr(node, "orelse", None)):
            if isinstance(body, list):
                place = 0
                while place + 1 < len(body):
                    if self._independent(body[place], body[place + 1]):
                        body[place], body[place + 1] = body[place + 1], body[place]
                        place += 1
                    place += 1
        return node

    def _independent(self, one: ast.stmt, other: ast.stmt) -> bool:
        if not all(isinstance(statement, ast.Assign | ast.AugAssign) for statement in (one, other)):
            return False
        (reads, writes), (their_reads, their_writes) = self._uses(one), self._uses(other)
        return not writes & (their_reads | their_writes) and not their_writes & reads

    def _uses(self, statement: ast.stmt) -> tuple[set[str], set[str]]:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]  # type: ignore[attr-defined]
        names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        return names, {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}


def _shuffled(trees: list[ast.Module]) -> None:
    """Functions, methods and cells come in another order."""
    draw = random.Random(1)
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.ClassDef | ast.Module):
            functions = [part for part in node.body if isinstance(part, ast.FunctionDef)]
            draw.shuffle(functions)
            node.body = [part for part in node.body if not isinstance(part, ast.FunctionDef)] + functions
    draw.shuffle(trees)


WAYS = ("reformatted", "renamed", "turned round", "literals", "padded", "swapped", "reordered")


def disguised(work: StudentWork, kept: frozenset[str], ways: Iterable[str]) -> StudentWork:
    """A copy that behaves alike (but for its literals) and looks different."""
    trees = [ast.parse(source) for _, source in work.cells]
    makers: dict[str, Callable[[], ast.NodeTransformer]] = {
        "renamed": lambda: Renamed(*_bound(trees), kept), "turned round": TurnedRound, "literals": OtherLiterals,
        "padded": Padded, "swapped": Swapped,
    }  # fmt: skip
    for way in ways:
        if way in makers:
            maker = makers[way]()
            trees = [ast.fix_missing_locations(maker.visit(tree)) for tree in trees]
        elif way == "reordered":
            _shuffled(trees)
    cells = tuple(enumerate((ast.unparse(tree) for tree in trees), 1))
    return StudentWork("a copy", work.slug, cells, "of another file")


# The course's correct variants, each as a student


@cache
def given(slug: str) -> GivenCode:
    return given_code(slug, ROOT / "exercises" / slug / f"{slug}.ipynb")


@cache
def independents(slug: str) -> tuple[StudentWork, ...]:
    """Correct variants, and the reference as one more student."""
    paths = [*sorted((ROOT / "solutions" / slug / "correct").glob("*.py")), ROOT / "solutions" / slug / f"{slug}.ipynb"]
    works = [read_work(path.stem, slug, path) for path in paths]
    return tuple(work for work in works if work is not None)


@cache
def evidence_in(work: StudentWork) -> int:
    """How many fingerprints a notebook has beyond the given code."""
    names = given(work.slug).names
    return len(fingerprints(chunks(work.cells, names)) - fingerprints(chunks(enumerate(given(work.slug).cells, 1), names)))


def found(similarities: Similarities) -> dict[tuple[str, str], Pair]:
    return {(pair.first, pair.second): pair for group in similarities.groups for pair in group.pairs}


@pytest.mark.parametrize("slug", SLUGS)
def test_right_answers_written_independently_are_not_listed(slug: str) -> None:
    """In a class as small as this nothing is common ground, so this is the hardest case."""
    works = independents(slug)
    assert len(works) >= 7
    near = {pair[1:] for pair in NEAR_COPIES if pair[0] == slug}
    assert set(found(compare(works, given(slug)))) == near


@pytest.mark.parametrize("slug", SLUGS)
def test_independent_answers_stay_far_below_the_threshold(slug: str) -> None:
    """No two come near, so the threshold is not tuned to this course."""
    near = {pair[1:] for pair in NEAR_COPIES if pair[0] == slug}
    loose = found(compare(independents(slug), given(slug), threshold=0.0, evidence=1.0))
    assert max((pair.score for names, pair in loose.items() if names not in near), default=0.0) < 0.7 * THRESHOLD


def test_the_variants_left_out_are_near_copies_indeed() -> None:
    """Four lines of `maxima` differ from `vectorised`, besides the docstring."""
    folder = ROOT / "solutions/05_activations/correct"
    one, other = (set((folder / f"{name}.py").read_text(encoding="utf-8").splitlines()[1:]) for name in ("maxima", "vectorised"))
    assert len(one - other) <= 5


@pytest.mark.parametrize("slug", SLUGS)
def test_a_copy_disguised_in_every_way_at_once_is_found_among_the_others(slug: str) -> None:
    """Renamed, reformatted, reordered, padded, other literals, neighbours swapped and operands turned round."""
    works = [work for work in independents(slug)[:-1] if (slug, work.student) not in ONLY_FORMULAS]
    long_enough = [work for work in works if evidence_in(work) > 2.2 * EVIDENCE]
    assert long_enough or slug == "02_sigmoid"
    for work in long_enough:
        pairs = found(compare([*independents(slug), disguised(work, given(slug).names, WAYS)], given(slug)))
        assert ("a copy", work.student) in pairs, f"{slug}: {work.student}"
        assert {pair for pair in pairs if "a copy" in pair} == {("a copy", work.student)}


@pytest.mark.parametrize("way", WAYS)
def test_a_copy_disguised_in_one_way_is_found(way: str) -> None:
    """Each way alone, on every variant with enough code."""
    least = {"renamed": 0.85, "turned round": 0.3, "swapped": 0.4}.get(way, 0.9)
    for slug in SLUGS:
        for work in independents(slug)[:-1]:
            if evidence_in(work) > 1.5 * EVIDENCE and (slug, work.student) not in ONLY_FORMULAS:
                pairs = found(compare([work, disguised(work, given(slug).names, [way])], given(slug)))
                assert pairs["a copy", work.student].score >= least, f"{slug}: {work.student}"


def test_half_a_copy_is_found() -> None:
    """Two losses from another student, the layers one's own."""
    first, second = (work for work in independents("08_layers") if work.student in ("course_style", "class_heavy"))
    mixed = StudentWork("mixed", "08_layers", (*first.cells[:3], *[(number + 10, source) for number, source in second.cells[-1:]]))
    assert ("class_heavy", "mixed") in found(compare([*independents("08_layers"), mixed], given("08_layers")))


SIGMOIDS = (
    "    return np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))",
    "    z = np.exp(-np.abs(x))\n    return np.where(x >= 0, 1 / (1 + z), z / (1 + z))",
    "    e = np.exp(-abs(x))\n    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))",
    "    return 0.5 * (1 + np.tanh(x / 2))",
)
ORDINARY_SIGMOID = """def sigmoid(x):
{}
def sigmoid_grad(x):
    s = sigmoid(x)
    return s * (1 - s)
def sigmoid_backward(upstream, x):
    return upstream * sigmoid_grad(x)
predict_layers_below_millionth = 10
def max_chain_factor(depth):
    return 0.25 ** depth
def chain_factor(z):
    return np.prod(sigmoid_grad(z))
"""
ORDINARY_GATES = """class AddGate:
    def forward(self, x, y):
        return x + y
    def backward(self, upstream):
        return upstream, upstream
class MulGate:
    def forward(self, x, y):
        self.x = x
        self.y = y
        return x * y
    def backward(self, upstream):
        {mul}
class MaxGate:
    def forward(self, x, y):
        self.x = x
        self.y = y
        return np.maximum(x, y)
    def backward(self, upstream):
        {max}
class CopyGate:
    def forward(self, x):
        return x, x
    def backward(self, upstream_1, upstream_2):
        return upstream_1 + upstream_2
predict_square_dx = 6
def circuit_gradients(x, y, z, w):
    mul = MulGate()
    maxi = MaxGate()
    add = AddGate()
    double = MulGate()
    a = mul.forward(x, y)
    b = maxi.forward(z, w)
    c = add.forward(a, b)
    f = double.forward({double})
    dc{dc} = double.backward(1.0)
    da, db = add.backward(dc)
    dx, dy = mul.backward(da)
    dz, dw = maxi.backward(db)
    return dx, dy, dz, dw
"""


def test_short_answers_that_everybody_writes_accuse_nobody() -> None:
    """Four ordinary students of the shortest exercise, whose answers are nearly the same; two alone; a class of twelve."""
    works = [StudentWork(f"student {i}", "02_sigmoid", ((1, ORDINARY_SIGMOID.format(body)),)) for i, body in enumerate(SIGMOIDS)]
    for some in (works, works[1:3], [replace(work, student=f"{work.student} {i}") for i in range(3) for work in works]):
        assert not compare(some, given("02_sigmoid")).groups


def test_the_circuit_that_the_text_dictates_accuses_nobody() -> None:
    """Its eleven lines can hardly be written otherwise: half of two ordinary notebooks is alike, and too little to list."""
    ways = [
        {"mul": "return upstream * self.y, upstream * self.x", "double": "2, c", "dc": "", "max": "mask = self.x > self.y\n        return upstream * mask, upstream * (1 - mask)"},
        {"mul": "dx = upstream * self.y\n        dy = upstream * self.x\n        return dx, dy", "double": "c, 2", "dc": ", _", "max": "return np.where(self.x > self.y, upstream, 0), np.where(self.y > self.x, upstream, 0)"},
    ]  # fmt: skip
    works = [StudentWork(f"student {i}", "01_gates", ((1, ORDINARY_GATES.format(**way)),)) for i, way in enumerate(ways)]
    assert not compare(works, given("01_gates")).groups
    loose = found(compare(works, given("01_gates"), evidence=1.0))
    assert loose["student 0", "student 1"].score > THRESHOLD


def helper(number: int, lines: int = 8) -> str:
    """A function of made-up code, a different one for each number."""
    draw = random.Random(number)
    calls = ["np.dot", "np.sum", "np.where", "np.outer", "len", "np.maximum", "sorted", "np.cumsum", "float", "np.clip", "np.diff"]
    signs = ["+", "-", "*", "/", "@", "**", "//", "%", ">", "<="]

    def expression(depth: int) -> str:
        if depth == 0:
            return draw.choice(["a", "b", "a[0]", "2.0", "-b"])
        if draw.random() < 0.5:
            return f"{draw.choice(calls)}({expression(depth - 1)}, {expression(0)})"
        return f"{expression(depth - 1)} {draw.choice(signs)} {expression(depth - 1)}"

    body = "\n".join(f"    {draw.choice(['a', 'b', 'c'])} = {expression(3)}" for _ in range(lines))
    return f"def made_{number}(a, b):\n{body}\n    return c\n"


def made(student: str, *numbers: int) -> StudentWork:
    return StudentWork(student, "s", tuple(enumerate(map(helper, numbers), 1)), student)


def test_code_that_the_class_shares_is_common_ground() -> None:
    """What four of twelve copied from the lecture counts nothing; what two share beyond it does."""
    lecture = [made(f"student {i:02}", 100 + i, *([1, 2, 3] if i < 4 else [])) for i in range(12)]
    shared = compare(lecture, GivenCode("s"))
    assert not shared.groups and shared.common > EVIDENCE
    assert ("student 00", "student 01") in found(compare(lecture[:2], GivenCode("s")))
    both = [*lecture, made("x", 1, 2, 3, 50, 51, 52), made("y", 50, 1, 52, 2, 51, 3)]
    assert list(found(compare(both, GivenCode("s")))) == [("x", "y")]


def test_given_code_is_never_evidence() -> None:
    """Handed-out cells, and handed-out lines in a cell that was changed."""
    plot = helper(1, 30)
    works = [StudentWork(name, "s", ((1, plot + extra), (2, helper(number))), name) for name, extra, number in (("a", "", 5), ("b", "\nx = 1\n", 6))]
    assert not compare(works, GivenCode("s", (plot,))).groups
    assert compare(works, GivenCode("s")).groups


def test_code_in_the_courses_own_answers_counts_half() -> None:
    """Two who both wrote the reference are listed only if that is a lot of code."""
    works = [made("a", 1, 11), made("b", 1, 12)]
    known = GivenCode("s", answers=(made("reference", 1),))
    full, half = (found(compare(works, code, evidence=1.0))["a", "b"] for code in (GivenCode("s"), known))
    assert half.score < full.score
    assert not compare(works, known, evidence=full.tokens / 2.5 * 0.75).groups


def test_identical_files_are_reported_as_identical() -> None:
    """Files are compared by their hash, not their code; three of them make two pairs."""
    works = [StudentWork(name, "s", ((1, "a = np.dot(np.sum(b), c) + np.outer(d, e)[0] - np.exp(f) / np.log(g) @ h - sum(k) ** len(m)"),), "same") for name in "abc"]
    pairs = found(compare(works, GivenCode("s")))
    assert set(pairs) == {("a", "b"), ("b", "c")}
    assert all(pair.identical and pair.score == 1.0 for pair in nonempty(pairs.values()))
    longer = found(compare([StudentWork(name, "s", ((1, helper(1) + helper(2)),), "same") for name in "abc"], GivenCode("s")))
    assert set(longer) == {("a", "b"), ("a", "c"), ("b", "c")} and all(pair.identical for pair in nonempty(longer.values()))


def test_untouched_notebooks_are_not_a_group() -> None:
    """Byte-identical stubs, and stubs with nothing but a prediction filled in: nothing was answered."""
    for slug in SLUGS:
        stub = tuple(enumerate(given(slug).cells, 1))
        guess = (*stub, (len(stub) + 1, "predict_it = 10"))
        result = compare([StudentWork("a", slug, stub, "1"), StudentWork("b", slug, stub, "1"), StudentWork("c", slug, guess, "2"), StudentWork("d", slug, guess, "2")], given(slug))
        assert not result.groups
        assert result.too_short == ("a", "b", "c", "d")


def test_a_copy_with_a_syntax_error_is_found() -> None:
    """The lexer reads on: brackets never closed, strings never ended, a cell of nonsense."""
    work = independents("08_layers")[2]
    assert work.student == "course_style"
    broken = "def unfinished(x\n    return (x +\n" + "\n".join(source for _, source in work.cells).replace("keepdims=True)", "keepdims=True", 1)
    for source in (broken, broken + "\nname = 'never ended\n", "???\n%%time\n!ls\n" + broken, broken + '\n"""'):
        pairs = found(compare([work, StudentWork("broken", "08_layers", ((1, source),))], given("08_layers")))
        assert pairs["broken", "course_style"].score > 0.7


@pytest.mark.parametrize("source", ['"""' * 15_000, "'\\" * 25_000, "(" * 50_000, "\\" * 50_000, "def f(\n" * 5_000, "1+" * 20_000,
                                    "x=1;" * 10_000, "\0\ud800x=1\n" * 8_000, "from a import " + "b," * 20_000, "", "\n", ";", "import", "from", "def",
                                    "class", "async", "@", "x:", ")", "=", "a = = b", "\ufeffx = 1", "٣٤ + x"])  # fmt: skip
def test_any_text_is_compared_with_anything(source: str) -> None:
    """No text in a cell raises an error, and the pages can be made."""
    works = [StudentWork("a", "s", ((1, source),), "1"), StudentWork("b", "s", ((1, source + "\n"),), "2"), made("c", 1)]
    assert similarity_pages([compare(works, GivenCode("s"))])


def test_only_so_much_of_a_notebook_is_compared() -> None:
    """What is behind the limit does not count."""
    filler = "# nothing\n" * (MOST_CHARACTERS // 10)
    works = [StudentWork(name, "s", ((1, filler), (2, helper(1))), name) for name in "ab"]
    assert not compare(works, GivenCode("s")).groups


def test_winnowing_keeps_one_of_every_few_windows_and_always_the_same() -> None:
    """The guarantee of the algorithm, and hashes that do not depend on the process."""
    tokens = chunks([(1, helper(3, 40))], frozenset())[0]
    hashes = window_hashes(tokens)
    kept = list(winnowed(hashes))
    assert len(hashes) == len(tokens) - WINDOW + 1
    assert all(any(start <= place < start + STEP for place in kept) for start in nonempty(range(len(hashes) - STEP + 1)))
    assert len(kept) < len(hashes)
    assert list(winnowed([])) == [] and list(winnowed([5])) == [0] and list(winnowed([5, 3])) == [1]
    code = "from grader.similar.winnow import *; from grader.similar.tokens import chunks; print(sorted(fingerprints(chunks([(1, 'a = np.dot(b, c) + np.sum(d) - np.exp(e * f)')], frozenset()))))"
    out = {subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True).stdout for seed in "12"}
    assert len(out) == 1 and out != {"[]\n"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = (a + b) * c", "x = (\n    (a + b)\n    * c\n)  # clear"),
        ("import numpy as np\ny = np.exp(x)", "import numpy\ny = numpy.exp(x)"),
        ("from numpy import exp as e\ny = e(x)", "import numpy as np\ny = np.exp(x)"),
        ("def f(x: float, *, y=1) -> float:\n    'Doc.'\n    return x", "def g(a): return a"),
        ("y: float = x", "y = x"),
        ("print(1); y = x; print(2)", "y = x"),
        ("y = f'{a} b' 'c'", "y = 'd'"),
        ("sum = 3\ny = sum", "total = 3\ny = total"),
        ("self.weights = x", "self.w = x"),
        ("def tensor(x):\n    return torch.tensor(x)", "def wrapped(x):\n    return torch.tensor(x)"),
        ("async def f(x):\n    return x", "def f(x):\n    return x"),
        ("y = 0x1F + 1_000.5e-3j", "y = 1 + 2"),
        ("y = a \\\n  + b", "y = a + b"),
        ("%matplotlib inline\ny = x\n!ls", "y = x"),
    ],
)
def test_what_makes_no_difference(one: str, other: str) -> None:
    """Layout, names, literals, imports, annotations, docstrings, prints, magics."""
    first, second = ([[token.text for token in chunk] for chunk in chunks([(1, source)], frozenset())] for source in (one, other))
    assert first == second != []


def test_names_of_libraries_and_of_the_exercise_are_kept() -> None:
    """They are what tells code apart."""
    ours = chunks([(1, "import numpy as np\ny = relu(np.maximum(x, sum(z, axis=0)))")], frozenset({"relu"}))[0]
    assert [token.text for token in ours] == ["name", "=", "relu", "(", "maximum", "(", "name", "sum", "(", "name", "axis", "=", "number"]


def test_the_order_of_the_class_makes_no_difference() -> None:
    """The result is the same, records and pages, however the works are put in."""
    works = [made("a", 1, 2, 3), made("b", 3, 2, 9), made("c", 2, 3, 8), made("d", 20, 21), made("e", 20, 22)]
    results = [compare(some, GivenCode("s")) for some in (works, works[::-1], works[2:] + works[:2])]
    assert results[0].groups and results[0] == results[1] == results[2]
    assert similarity_pages(results[:1]) == similarity_pages(results[2:])


def test_groups_are_linked_by_pairs_and_the_best_comes_first() -> None:
    """A chain is one group; its best pair leads."""
    works = [made("a", 1, 2, 3, 4), made("b", 1, 2, 5, 6), made("c", 5, 6, 7, 8), made("x", 30, 31, 32), made("y", 30, 31, 32)]
    result = compare(works, GivenCode("s"))
    assert [group.students for group in result.groups] == [("x", "y"), ("a", "b", "c")]
    assert [group.best.score for group in result.groups] == sorted((group.best.score for group in result.groups), reverse=True)
    best = result.groups[0].best
    assert (best.students, best.score, best.identical) == (("x", "y"), 1.0, False)


def test_unusual_mistakes_in_common_are_shown_and_usual_ones_are_not() -> None:
    """Two made the one, five the other."""
    works = [replace(made(name, *numbers), mistakes=frozenset(mistakes)) for name, numbers, mistakes in (
        ("a", (1, 2), ("odd", "usual")), ("b", (1, 2), ("odd", "usual")), ("c", (5,), ("usual",)), ("d", (6,), ("usual",)), ("e", (7,), ("usual",)))]  # fmt: skip
    result = compare(works, GivenCode("s"))
    assert result.groups[0].best.mistakes == ("odd",)
    pages = similarity_pages([result])
    assert "1 unusual mistake in common" in pages["similar/index.html"]
    assert any("Unusual mistakes that both made" in page and "odd" in page for page in pages.values())


def test_a_large_class_is_compared() -> None:
    """300 students, each with one of three functions from the lecture, and four who copied among themselves."""
    works = [made(f"student {i:03}", 1000 + 2 * i, 1001 + 2 * i, i % 3) for i in range(300)]
    works += [made("copy 1", 1000, 1001, 3), made("copy 2", 1001, 1000, 4), made("copy 3", 1000, 1001, 900)]
    result = compare(works, GivenCode("s"))
    assert [group.students for group in result.groups] == [("copy 1", "copy 2", "copy 3", "student 000")]


def test_a_group_of_very_many_stays_one_group() -> None:
    """Eighty of four hundred copied one notebook: every one of them is in the group, and the page is bounded."""
    works = [made(f"copy {i:02}", 1, 2, 3, 2000 + i) for i in range(80)] + [made(f"own {i:03}", 5000 + i) for i in range(320)]
    result = compare(works, GivenCode("s"))
    assert [len(group.students) for group in result.groups] == [80]
    pages = similarity_pages([result])
    assert len(pages) == 21 and "and 20 more" in pages["similar/index.html"] and "further pairs" in pages["similar/index.html"]


# Passages and pages


class Read(HTMLParser):
    """Elements, attributes and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_passages_are_where_the_code_is_alike() -> None:
    """Functions in another order, in other cells: the lines of each, on both sides, without what is not alike."""
    first = StudentWork("a", "s", ((3, helper(1)), (5, helper(2) + helper(7))), "1")
    second = StudentWork("b", "s", ((1, helper(9)), (2, "\n\n" + helper(2)), (4, helper(1).replace("a", "z"))), "2")
    result = compare([first, second], GivenCode("s"))
    spans = {(p.first.cell, p.first.start, p.first.end, p.second.cell, p.second.start, p.second.end) for p in passages(result.groups[0].best, result) if p.tokens > 3 * WINDOW}
    assert spans == {(3, 2, 10, 4, 2, 10), (5, 2, 10, 2, 4, 12)}


def test_a_swap_within_a_function_is_still_one_passage_or_two() -> None:
    """Passages do not overlap, and cover nearly all of a disguised copy."""
    work = max(independents("11_autograd"), key=evidence_in)
    copy = disguised(work, given("11_autograd").names, WAYS)
    result = compare([work, copy], given("11_autograd"))
    shown = passages(result.groups[0].best, result)
    assert [passage.number for passage in shown] == list(range(1, len(shown) + 1))
    tokens = sum(len(chunk) for chunk in chunks(work.cells, given("11_autograd").names))
    assert 0.6 * tokens < sum(passage.tokens for passage in shown) <= tokens


def test_a_pair_page_marks_both_sides_with_the_same_numbers_and_links() -> None:
    """Every passage has an anchor and a link on each side, and each link leads somewhere."""
    works = [made("Ada", 1, 2, 3, 8), made("Bob", 3, 1, 9)]
    pages = similarity_pages([compare(works, GivenCode("s"))], {"s": "A title"}, {"Ada": "Ada Lovelace"})
    assert set(pages) == {"similar/index.html", *[name for name in pages if re.fullmatch(r"similar/s-[0-9a-f]{12}\.html", name)]} and len(pages) == 2
    index, page = (pages[name] for name in sorted(pages, key=lambda name: "index" not in name))
    read = Read(page)
    ids = [value for name, value in read.attributes if name == "id"]
    assert len(ids) == len(set(ids)) and {"left-1", "right-1", "left-2", "right-2"} <= set(ids)
    assert {value[1:] for name, value in read.attributes if name == "href" and value.startswith("#")} <= set(ids)
    assert "Ada Lovelace" in page and "A title" in index
    assert any(value in index for name, value in [("href", name.removeprefix("similar/")) for name in pages if "index" not in name])
    for word in ("cheat", "plagiar", "suspect", "guilt"):
        assert word not in (index + page).lower()


def test_what_students_wrote_runs_and_hides_nothing() -> None:
    """Names, code and mistakes are text; what is invisible is spelled out; only our style sheet is allowed."""
    nasty = "</code></pre><script>alert(1)</script><img src=x onerror=alert(2)>\u202egnp\x1b[2J"
    cells = ((1, f"x = '{nasty}'  # {nasty}\n{helper(1)}{helper(2)}"),)
    works = [StudentWork(name, "<b>slug", cells, name, frozenset({nasty})) for name in (nasty, "../../etc/" + nasty)]
    pages = similarity_pages([compare(works, GivenCode("<b>slug"))], names={nasty: nasty * 20})
    assert len(pages) == 2
    for name, page in pages.items():
        read = Read(page)
        assert re.fullmatch(r"similar/[a-z0-9_-]+\.html", name)
        assert not {"script", "img", "iframe", "object", "form"} & set(read.tags)
        assert not [attribute for attribute, _ in read.attributes if attribute.startswith("on") or attribute == "style"]
        assert "\u202e" not in page and "\x1b" not in page
        assert "default-src 'none'" in page and "script-src" not in page
    assert any("<U+202E>" in "".join(Read(page).text) for page in pages.values())


def test_a_page_is_bounded_for_any_notebook() -> None:
    """Very many and very long lines are cut, and the page says so."""
    cells = (*((i, helper(i)) for i in range(1, 5)), (5, "y = 1\n" * 3000), (6, "z = '" + "x" * 100_000 + "'"))
    result = compare([StudentWork("a", "s", cells, "1"), StudentWork("b", "s", cells, "2")], GivenCode("s"))
    page = next(page for name, page in similarity_pages([result]).items() if "index" not in name)
    assert len(page) < 400_000 and page.count('data-line="') <= 2 * LINES_MOST
    assert "further lines not shown" in page


def test_passages_that_begin_on_one_line_have_a_link_each() -> None:
    """A one-liner that holds what stands in two places of the other notebook."""
    one, other = (helper(number).split("\n", 1)[1].replace("\n    ", "; ").replace("    ", "").replace("return c", "c = b").strip() for number in (1, 2))
    works = [StudentWork("a", "s", ((1, f"{one}; {other}"),), "1"), StudentWork("b", "s", ((1, f"{other}"), (2, one)), "2")]
    page = next(page for name, page in similarity_pages([compare(works, GivenCode("s"))]).items() if "index" not in name)
    read = Read(page)
    ids = [value for name, value in read.attributes if name == "id"]
    assert {"left-1", "left-2", "right-1", "right-2"} <= set(ids) and len(ids) == len(set(ids))


def test_a_class_without_similar_notebooks_gets_a_page_that_says_so() -> None:
    """Without pairs there is only the index; an empty class has one too."""
    pages = similarity_pages([compare([made("a", 1), made("b", 2)], GivenCode("s"))])
    assert list(pages) == ["similar/index.html"]
    assert "No notebooks are alike beyond the given code." in pages["similar/index.html"]
    assert list(similarity_pages([compare([], GivenCode("s"))])) == list(similarity_pages([])) == ["similar/index.html"]


def test_pairs_that_recur_in_other_exercises_are_marked() -> None:
    """Two exercises, one pair in both."""
    results = [compare([replace(work, slug=slug) for work in (made("a", 1, 2), made("b", 1, 2))], GivenCode(slug)) for slug in ("s", "t")]
    assert "alike in 1 other exercise too" in similarity_pages(results)["similar/index.html"]


# From files


def test_a_class_is_compared_from_its_grades(tmp_path: Path) -> None:
    """Notebooks are read where the gradebook says they are; missing or unreadable ones are skipped."""
    sample, slug = ROOT / "examples/submissions", "10_sine_mlp"
    column = Column(slug, "Sine", 10.0)
    (tmp_path / "broken.ipynb").write_text("{", encoding="utf-8")
    paths: dict[str, Path | None] = {path.parent.name: path for path in sorted(sample.glob(f"*/{slug}.ipynb"))}
    paths |= {"gone": tmp_path / "gone.ipynb", "broken": tmp_path / "broken.ipynb", "nothing": None}
    standings = [Standing(Person(name), {slug: Grade(name, slug, GradeStatus.GRADED, 10.0, path=path)}, 0.0, 10.0) for name, path in paths.items()]
    [result] = compare_class(ClassGrades((column,), tuple(standings)), Course(ROOT), [slug])
    assert len(result.works) == len(paths) - 3
    # By construction, see scripts/example_class.py: four have the reference's training, which most left out, and Niamh has
    # Björn's wrong `diagnose`.
    assert [group.students for group in result.groups] == [("amelie-dubois", "björn åkesson", "o'connor, niamh", "ολγα-παππα", "山田 太郎")]
    assert result.groups[0].pairs[-1].second == "o'connor, niamh" and len(result.groups[0].pairs) == 7
    assert compare_class(ClassGrades((column,), tuple(standings)), Course(ROOT), ["another"]) == []


def test_an_exercise_that_was_never_released_cannot_be_compared(tmp_path: Path) -> None:
    """Without the given code everybody would look alike; the error gives the remedy."""
    grades = ClassGrades((Column("01_x", "X", 1.0),), ())
    with pytest.raises(GraderError, match="exercises/01_x: missing.*grader release"):
        compare_class(grades, Course(tmp_path))
    folder = tmp_path / "exercises" / "01_x"
    folder.mkdir(parents=True)
    (folder / "exercise.toml").write_text("", encoding="utf-8")
    (folder / "01_x.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(GraderError, match="exercises/01_x: .*grader release"):
        compare_class(grades, Course(tmp_path))


def test_mistakes_come_from_the_report_of_this_very_file(tmp_path: Path) -> None:
    """A report on another file says nothing about this one."""
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": "x = 1"}]}), encoding="utf-8")
    plain = read_work("a", "s", path)
    assert plain is not None and plain.cells == ((1, "x = 1"),) and not plain.mistakes
    tests = tuple(TestResult(name, Status(status), 0.0, 1.0, "It adds.", diagnosis=diagnosis) for name, status, diagnosis in (
        ("one", "failed", "the sign is lost"), ("two", "failed", ""), ("three", "passed", "")))  # fmt: skip
    report = Report("a", "s", 0.0, 3.0, GradeStatus.GRADED, (question_result("Add", tests),), submission_sha256=plain.sha256)
    work = read_work("a", "s", path, report)
    assert work is not None and work.mistakes == {"Add: the sign is lost", "Add: It adds."}
    stale = read_work("a", "s", path, replace(report, submission_sha256="0"))
    assert stale is not None and not stale.mistakes
    assert read_work("a", "s", tmp_path / "none.ipynb") is None
