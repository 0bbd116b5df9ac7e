"""Where something stands in a notebook's cells, found in the source alone: nothing is run."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Sequence

Cells = Sequence[tuple[int, str]]
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
MAX_PARSED = 200_000  # characters; it is the judge that looks
MAGIC = re.compile(r"(?m)^([ \t]*)[%!?].*$")


def parsed(source: str) -> ast.Module | None:
    """The syntax tree of a cell, lines of magic passed over; None if it has none or is too long to be looked
    at.
    """
    if len(source) > MAX_PARSED:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a student's "\d" is no warning of ours
            return ast.parse(MAGIC.sub(r"\1pass", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def defining_cell(cells: Cells, name: str) -> tuple[int, ast.Module] | None:
    """The last cell that defines `name` at its top level, as (number, tree); of `Value.backward`, the one of
    `Value`.
    """
    first = name.partition(".")[0]
    for number, source in reversed(cells):
        tree = parsed(source) if first in source else None
        if tree is not None and any(first in _names(part) for part in tree.body):
            return number, tree
    return None


def loop_in(cells: Cells, call: str) -> str:
    """For a call that did not end: where its function stands, and its `while` if there is just one; or ""."""
    start = re.match(r"\W*([A-Za-z_]\w*)", call)
    place = defining_cell(cells, start[1]) if start else None
    if start is None or place is None:
        return ""
    number, tree = place
    found = [p for p in tree.body if isinstance(p, Definition) and p.name == start[1]]
    inner = re.search(r"\)\.(\w+)\(", call)
    if inner and found:
        found = [p for p in ast.walk(found[-1]) if isinstance(p, Definition) and p.name == inner[1]] or found
    if not found:
        return ""
    loops = [node.lineno for node in ast.walk(found[-1]) if isinstance(node, ast.While)]
    where = f"`{found[-1].name}` is in cell {number}, line {found[-1].lineno}"
    return (
        f"{where}; does the `while` in line {loops[0]} ever end?"
        if len(loops) == 1
        else f"{where}: does it ever end?"
    )


def _names(part: ast.AST) -> set[str]:
    if isinstance(part, Definition):
        return {part.name}
    if isinstance(part, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name.partition(".")[0] for alias in part.names}
    inner = [
        child for child in ast.iter_child_nodes(part) if isinstance(child, (ast.stmt, ast.ExceptHandler))
    ]
    if inner:  # `if`, `try`, `with`, `for`: what stands in them is defined as well
        return set().union(*(_names(child) for child in inner))
    targets: list[ast.expr] = []
    if isinstance(part, ast.Assign):
        targets = part.targets
    elif isinstance(part, (ast.AnnAssign, ast.AugAssign)):
        targets = [part.target]
    return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}
