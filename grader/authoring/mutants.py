"""Derive mutants of a reference solution from its syntax tree: the mistakes that a hidden suite must catch.

Only answers are mutated (between the solution markers), one change a mutant. A mutant is named by exercise,
question, line text and change, so that a solution's `equivalent.toml` can list those that change nothing.
"""

import ast
import copy
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct, field

from grader.core.strict_toml import SettingError, Text, read_toml
from grader.core.stub import BEGIN, END

Change = tuple[str, Callable[[ast.AST], ast.AST | None]]

OPERATORS: dict[type[ast.operator], list[type[ast.operator]]] = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div],
    ast.Div: [ast.Mult],
    ast.Pow: [ast.Mult],
    ast.MatMult: [ast.Mult],
}
COMPARISONS: dict[type[ast.cmpop], list[type[ast.cmpop]]] = {
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
}
SIBLINGS = {
    "sum": "mean",
    "mean": "sum",
    "maximum": "minimum",
    "minimum": "maximum",
    "zeros": "ones",
    "ones": "zeros",
}
UPSTREAM = re.compile(r"^(d?upstream.*|dout|d?grad_?out.*)$")
PENALTY = re.compile(r"^(lam|lambda_|reg)$")


@dataclass(frozen=True)
class Mutant:
    """One changed cell: `cell` is its number, `name` the definition it stands in, `change` what was done."""

    cell: int
    source: str
    name: str
    line: str
    change: str

    @property
    def key(self) -> str:
        """Stable over edits elsewhere: definition, line and change."""
        return f"{self.name}: {self.line}: {self.change}"


def mutants_of(cells: tuple[tuple[int, str], ...]) -> list[Mutant]:
    """Every mutant of the answers in these cells, each changed program once."""
    found: dict[tuple[int, str], Mutant] = {}
    for number, source in cells:
        spans = _answer_lines(source)
        if not spans:
            continue
        try:
            tree = ast.parse(source)
        except SyntaxError:
            continue
        for mutant in _of_cell(number, source, tree, spans):
            found.setdefault((number, mutant.source), mutant)
    seen: Counter[str] = Counter()
    numbered = []
    for mutant in found.values():
        seen[mutant.key] += 1
        again = seen[mutant.key]
        numbered.append(replace(mutant, change=f"{mutant.change} ({again})") if again > 1 else mutant)
    return numbered


class Equivalent(Struct, frozen=True, forbid_unknown_fields=True):
    """Mutants of the reference that are right answers as well, and why."""

    reason: Text
    mutant: Text = ""
    mutants: Annotated[tuple[Text, ...], Meta(title="a list of mutants, each in quotes")] = ()

    def __post_init__(self) -> None:
        if bool(self.mutant) == bool(self.mutants):
            raise SettingError((), "an [[equivalent]] names either one mutant or several mutants")


class Equivalents(Struct, frozen=True, forbid_unknown_fields=True):
    """What `equivalent.toml` says."""

    rows: Annotated[tuple[Equivalent, ...], Meta(title="tables, each below a line [[equivalent]]")] = field(
        name="equivalent", default=()
    )


def equivalent(folder: Path) -> dict[str, str]:
    """Mutants that change nothing a student could be blamed for: key → reason, from `equivalent.toml`.

    Raises:
        GraderError: the file has a mistake.
    """
    rows = read_toml(folder / "equivalent.toml").read_as(Equivalents).rows
    return {key: row.reason for row in rows for key in row.mutants or (row.mutant,)}


def _answer_lines(source: str) -> set[int]:
    lines, inside = set(), False
    for number, line in enumerate(source.split("\n"), start=1):
        if line.strip() == BEGIN:
            inside = True
        elif line.strip() == END:
            inside = False
        elif inside:
            lines.add(number)
    return lines


def _of_cell(number: int, source: str, tree: ast.Module, lines: set[int]) -> Iterator[Mutant]:
    text = source.split("\n")
    original = ast.unparse(tree)
    for index, node in enumerate(ast.walk(tree)):
        line = getattr(node, "lineno", 0)
        if line not in lines:
            continue
        for change, mutate in [*_changes(node), *_mask_changes(node, tree, line)]:
            altered = copy.deepcopy(tree)
            target = list(ast.walk(altered))[index]
            new = mutate(target)
            if new is not None and new is not target:
                _Replace(target, new).visit(altered)
            program = ast.unparse(ast.fix_missing_locations(altered))
            if program != original:
                yield Mutant(number, program, _owner(tree, line), text[line - 1].strip(), change)


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def _owner(tree: ast.Module, line: int) -> str:
    """The top-level definition (or assigned name) that a line belongs to; `Class.method` inside a class."""
    for node in tree.body:
        if not node.lineno <= line <= (node.end_lineno or node.lineno):
            continue
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and part.lineno <= line <= (part.end_lineno or line):
                    return f"{node.name}.{part.name}"
            return node.name
        if isinstance(node, ast.FunctionDef):
            return node.name
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            return node.targets[0].id
    return "cell"


def _changes(node: ast.AST) -> Iterator[Change]:
    """The changes that make sense at one node."""
    if isinstance(node, ast.BinOp):
        for operator in OPERATORS.get(type(node.op), []):
            yield f"{type(node.op).__name__} → {operator.__name__}", _setter("op", operator())
        for side, other in (("left", "right"), ("right", "left")):
            part = getattr(node, side)
            if isinstance(part, ast.Name) and UPSTREAM.match(part.id):
                yield "missing upstream", _keep(other)
            if isinstance(node.op, ast.Mult) and isinstance(part, ast.Name) and PENALTY.match(part.id):
                yield "missing λ", _keep(other)
        if isinstance(node.op, ast.Div):
            yield "missing division", _keep("left")
        if isinstance(node.op, ast.MatMult):
            yield "swapped factors", _swap
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for comparison in COMPARISONS.get(type(node.ops[0]), []):
            yield f"{type(node.ops[0]).__name__} → {comparison.__name__}", _setter("ops", [comparison()])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        yield "sign or not dropped", _keep("operand")
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, (int, float))
        and not isinstance(node.value, bool)
    ):
        for value in (node.value + 1, 0 if node.value else 1):
            yield f"{node.value!r} → {value!r}", _setter("value", value)
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield "dropped transpose", _keep("value")
    if isinstance(node, ast.Attribute) and node.attr in SIBLINGS:
        yield f"{node.attr} → {SIBLINGS[node.attr]}", _setter("attr", SIBLINGS[node.attr])
    if isinstance(node, ast.keyword) and node.arg == "axis" and isinstance(node.value, ast.Constant):
        yield "axis swapped", _setter("value", ast.Constant(1 if node.value.value == 0 else 0))
    if isinstance(node, ast.AugAssign):
        yield "overwritten, not accumulated", _overwrite
    yield from _statement_changes(node)


def _statement_changes(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Return) and node.value is not None:
        yield "returns nothing", _setter("value", ast.Constant(None))
        if isinstance(node.value, ast.Tuple) and len(node.value.elts) == 2:
            yield "results swapped", _setter("value", ast.Tuple(node.value.elts[::-1], ast.Load()))
    stored = isinstance(node, ast.Assign) and isinstance(node.targets[0], (ast.Attribute, ast.Subscript))
    called = isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)
    if stored or called or isinstance(node, ast.AugAssign):
        yield "statement dropped", lambda _: ast.Pass()
    if (
        isinstance(node, ast.Call)
        and len(node.args) == 2
        and not any(isinstance(a, ast.Starred) for a in node.args)
    ):
        yield "arguments swapped", _setter("args", [node.args[1], node.args[0]])
    if isinstance(node, ast.If):
        yield "condition always true", _setter("test", ast.Constant(True))
        yield "condition always false", _setter("test", ast.Constant(False))


def _mask_changes(node: ast.AST, tree: ast.Module, line: int) -> Iterator[Change]:
    """A comparison with a constant, made with each other array that is at hand there."""
    if not isinstance(node, ast.Compare) or not isinstance(node.left, ast.Name):
        return
    if not isinstance(node.comparators[0], ast.Constant):
        return
    functions = [
        f
        for f in ast.walk(tree)
        if isinstance(f, ast.FunctionDef) and f.lineno <= line <= (f.end_lineno or line)
    ]
    if not functions:
        return
    function = max(functions, key=lambda f: f.lineno)
    at_hand = [argument.arg for argument in function.args.args if argument.arg != "self"]
    for part in ast.walk(function):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) and part.lineno < line:
            at_hand.append(part.id)
    for name in sorted(set(at_hand) - {node.left.id}):
        yield f"mask from {name}", _setter("left", ast.Name(name, ast.Load()))


def _setter(field: str, value: object) -> Callable[[ast.AST], None]:
    def change(node: ast.AST) -> None:
        setattr(node, field, copy.deepcopy(value))

    return change


def _keep(field: str) -> Callable[[ast.AST], ast.AST]:
    return lambda node: getattr(node, field)


def _swap(node: ast.AST) -> None:
    assert isinstance(node, ast.BinOp)
    node.left, node.right = node.right, node.left


def _overwrite(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.AugAssign)
    return ast.copy_location(ast.Assign([node.target], node.value), node)
