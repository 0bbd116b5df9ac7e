"""Where the cells of a notebook bind, delete and use names; read from the source alone, nothing is run."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from grader.core.cells import DEFINING_LINE, MAX_PARSED, Cells, Definition, parsed

Import = ast.Import | ast.ImportFrom
# What belongs to the lines above it although it is not indented.
GOES_ON = re.compile(r"[)\]}]|(else|elif|except|finally)\b")
BRANCHES = ast.If | ast.For | ast.AsyncFor | ast.While | ast.Try | ast.TryStar | ast.Match
SCOPES = Definition | ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(frozen=True)
class Binding:
    """A place that gives a name a value, or deletes it; `A.b = …` binds "A.b".

    Attributes:
        last: the last line of the statement of the cell that it is in.
        under: the branch or loop that has to come to it.
        within: the function, class or expression to which the name belongs; None for a name of the notebook.
        node: the definition, or the value; None for what is deleted or imported.
    """

    name: str
    cell: int
    line: int
    last: int
    under: ast.AST | None = None
    within: ast.AST | None = None
    deleted: bool = False
    node: ast.AST | None = None


@dataclass
class NamesOfCells:
    """What the cells of a notebook bind, import and use.

    Attributes:
        imports: (cell, statement) of every import, at any depth.
        used: names that are read somewhere.
    """

    bindings: list[Binding] = field(default_factory=list)
    imports: list[tuple[int, Import]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)


def names_in(cells: Cells) -> NamesOfCells:
    """The names of all cells; of a cell that Python cannot read, those in the statements that it can."""
    names = NamesOfCells()
    for number, source in cells:
        tree = parsed(source)
        if tree is not None:
            _collect(tree, number, names)
        elif len(source) <= MAX_PARSED:
            _collect_in_parts(source, number, names)
    return names


def _collect_in_parts(source: str, cell: int, names: NamesOfCells) -> None:
    """The names of a cell with a syntax error, statement by statement."""
    lines, start = source.splitlines(), 0
    for end in range(1, len(lines) + 1):
        if end < len(lines) and (
            not lines[end].strip() or lines[end][0].isspace() or GOES_ON.match(lines[end])
        ):
            continue
        part = "\n".join(lines[start:end])
        if tree := parsed(part):
            _collect(ast.increment_lineno(tree, start), cell, names)
        else:
            for match in DEFINING_LINE.finditer(part):
                line = start + 1 + part.count("\n", 0, match.start())
                for name in (match[1] or match[2]).split(","):
                    names.bindings.append(Binding(name.strip(), cell, line, end))
        start = end


def _collect(tree: ast.Module, cell: int, names: NamesOfCells) -> None:
    for statement in tree.body:
        last = statement.end_lineno or statement.lineno
        for node, under, within in _nodes(statement):
            if isinstance(node, Import):
                names.imports.append((cell, node))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                names.used.add(node.id)
            for name, value in _bound_by(node):
                line = getattr(node, "lineno", statement.lineno)
                deleted = isinstance(getattr(node, "ctx", None), ast.Del)
                names.bindings.append(Binding(name, cell, line, last, under, within, deleted, value))


Place = tuple[ast.AST, ast.AST | None, ast.AST | None]


def _nodes(statement: ast.stmt) -> Iterator[Place]:
    """Every node of a statement in order, the branch that has to come to it, and the scope that it is in."""
    stack: list[Place] = [(statement, None, None)]
    while stack:
        node, under, within = stack.pop()
        yield node, under, within
        if within is None and isinstance(node, SCOPES):
            within = node
        if under is None and isinstance(node, BRANCHES):
            under = node
        stack += [(child, under, within) for child in reversed(list(ast.iter_child_nodes(node)))]


def _bound_by(node: ast.AST) -> Iterator[tuple[str, ast.AST | None]]:
    """The names that this node binds or deletes by itself, with their values where these are plain to see."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name, node
        case ast.alias(name=name, asname=other):
            yield other or name.partition(".")[0], None
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield name, value
        case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=owner), attr=name)], value=value):
            yield f"{owner}.{name}", value
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name, node
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name, node
