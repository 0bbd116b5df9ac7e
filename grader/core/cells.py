"""Which names the cells of a notebook define, and where; read from the source alone, nothing is run."""

import ast
import re
import warnings
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

Cells = Sequence[tuple[int, str]]
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
MAX_PARSED = 200_000  # characters; parsing happens in the judge
MAGIC = re.compile(r"(?m)^([ \t]*)[%!?].*$")
# How a line begins that defines something, for a cell that cannot be parsed: `def f`, `class A`, `a, b =`.
DEFINING_LINE = re.compile(
    r"(?m)^(?:(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)"
    r"|([^\W\d]\w*(?:[ \t]*,[ \t]*\w+){0,20})[ \t]*(?::[^=\n]{0,200})?=(?!=))"
)


def parsed(source: str) -> ast.Module | None:
    """The syntax tree of a cell without its lines of magic; None if it has none or is too long."""
    if len(source) > MAX_PARSED:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about a student's "\d"
            return ast.parse(MAGIC.sub(r"\1pass", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def defined_names(source: str, parse: bool = True) -> list[str]:
    """The names that a cell defines at its top level, in order; by its lines if it cannot be parsed.

    Args:
        parse: False for a quick guess by the lines alone.
    """
    return list(_defined(source)[1]) if parse else _by_line(source)


def statement_at(source: str, line: int) -> int:
    """The first line of the statement in a cell that `line` belongs to; 0 if there is none."""
    tree = parsed(source)
    for statement in tree.body if tree else []:
        decorators = statement.decorator_list if isinstance(statement, Definition) else []
        first = min([statement.lineno, *(node.lineno for node in decorators)])
        if first <= line <= (statement.end_lineno or first):
            return first
    return 0


def declared_names(source: str) -> set[str]:
    """The names of a cell's functions and classes at any depth, methods included."""
    nodes = ast.walk(parsed(source) or ast.Module([], []))
    return {node.name for node in nodes if isinstance(node, Definition)}


def defining_cells(cells: Cells, names: Collection[str]) -> dict[str, int]:
    """Name → the last cell that defines it; a cell with a syntax error counts only if no other one does.

    `Value.backward` is defined by `class Value` and by `Value.backward = …`.
    """
    sure: dict[str, int] = {}
    guessed: dict[str, int] = {}
    firsts = {name.partition(".")[0] for name in names}
    for number, source in cells:
        if any(first in source for first in firsts):
            certain, defined = _defined(source)
            (sure if certain else guessed).update(dict.fromkeys(defined, number))
    where = {name: _last(sure, name) or _last(guessed, name) for name in names}
    return {name: number for name, number in where.items() if number}


def defining_cell(cells: Cells, name: str) -> tuple[int, ast.Module] | None:
    """The last cell that can be parsed and defines `name`, as (number, tree); see `defining_cells`."""
    first = name.partition(".")[0]
    for number, source in reversed(cells):
        tree = parsed(source) if first in source else None
        if tree is not None and not {first, name}.isdisjoint(_bound(tree)):
            return number, tree
    return None


def needed_for(tree: ast.Module, name: str) -> ast.Module:
    """The top-level statements of a cell that define `name`, and those that define what these use."""
    defining: dict[str, list[int]] = {}
    for place, statement in enumerate(tree.body):
        for bound in _bound(ast.Module([statement], [])):
            for part in {bound, bound.partition(".")[0]}:
                defining.setdefault(part, []).append(place)
    names, known, places = [name, name.partition(".")[0]], {name}, set[int]()
    while names:
        new = set(defining.get(names.pop(), ())) - places
        places |= new
        nodes = (node for place in new for node in ast.walk(tree.body[place]))
        used = {node.id for node in nodes if isinstance(node, ast.Name)} - known
        known |= used
        names += used
    return ast.Module([tree.body[place] for place in sorted(places)], [])


def loop_in(cells: Cells, call: str) -> str:
    """For a call that did not end: where its function is, and its `while` if there is just one; or ""."""
    called = re.match(r"\W*([A-Za-z_]\w*)", call)
    cell = defining_cell(cells, called[1]) if called else None
    if called is None or cell is None:
        return ""
    number, tree = cell
    functions = [node for node in _own_nodes(tree) if isinstance(node, Definition) and node.name == called[1]]
    if not functions:
        return ""
    method = re.search(r"\)\.(\w+)\(", call)
    if method:
        inner = ast.walk(functions[-1])
        functions += [node for node in inner if isinstance(node, Definition) and node.name == method[1]]
    function = functions[-1]
    loops = [node.lineno for node in ast.walk(function) if isinstance(node, ast.While)]
    question = (
        f"; does the `while` in line {loops[0]} ever end?" if len(loops) == 1 else ": does it ever end?"
    )
    return f"`{function.name}` is in cell {number}, line {function.lineno}{question}"


@lru_cache(maxsize=256)  # most cells of a class came with the exercise
def _defined(source: str) -> tuple[bool, list[str]]:
    """Whether a cell can be parsed, and the names that it defines."""
    tree = parsed(source)
    return (False, _by_line(source)) if tree is None else (True, list(_bound(tree)))


def _last(where: dict[str, int], name: str) -> int:
    return max(where.get(name, 0), where.get(name.partition(".")[0], 0))


def _by_line(source: str) -> list[str]:
    names = (match[1] or match[2] for match in DEFINING_LINE.finditer(source[:MAX_PARSED]))
    return [name.strip() for several in names for name in several.split(",")]


def _bound(tree: ast.Module) -> dict[str, None]:
    """The names that are bound when the cell has run, however that is written; `A.b = …` binds "A.b"."""
    names: dict[str, None] = {}
    for node in _own_nodes(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names[node.name] = None
            case ast.alias():
                names[node.asname or node.name.partition(".")[0]] = None
            case ast.Name(id=name, ctx=ast.Store()):
                names[name] = None
            case ast.Name(id=name, ctx=ast.Del()):
                names.pop(name, None)
            case ast.Attribute(value=ast.Name(id=name), attr=attribute, ctx=ast.Store()):
                names[f"{name}.{attribute}"] = None
            case (
                ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name))
            ):
                names[name] = None
    return names


def _own_nodes(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes of a cell's own scope in order: functions and classes, but nothing in them.

    A stack instead of recursion: an expression of 3,000 terms is nested 3,000 deep.
    """
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, (Definition, ast.Lambda)):
            continue
        children = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.comprehension):
            children.remove(node.target)  # a name of the comprehension's own
        elif isinstance(node, ast.AnnAssign) and node.value is None:
            children.remove(node.target)  # `x: int` binds nothing
        stack += reversed(children)
