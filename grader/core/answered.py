"""Which questions a notebook answers: what it defines that is neither empty nor as it was handed out."""

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from grader.core.cells import Cells, Definition, defined_names, parsed
from grader.core.untouched import is_stub

Named = tuple[str, str]  # the name of a definition, and its code in a normal form


@dataclass(frozen=True)
class Given:
    """What students were given: the sources of cells, without space around them, and definitions."""

    sources: frozenset[str] = frozenset()
    definitions: frozenset[Named] = frozenset()

    def __or__(self, other: "Given") -> "Given":
        return Given(self.sources | other.sources, self.definitions | other.definitions)


def given_in(cells: Cells) -> Given:
    """What is in the cells of a notebook that was handed out."""
    every = (definition for _, source in cells for definition in _definitions(source) or ())
    sources = frozenset(source.strip() for _, source in cells)
    return Given(sources, frozenset((name, form) for name, form, _ in every))


def answered(cells: Cells, questions: Collection[str], given: Given) -> set[str]:
    """The questions to which there is an answer, right or wrong.

    Args:
        questions: the names that they ask for; of `Value.relu` the method, or `Value.relu = …`.
    """
    return set(_answers(cells, questions, given))


def has_answer(cells: Cells, questions: Collection[str], given: Given) -> bool:
    """Whether there is an answer to any of the questions; quicker than all of them."""
    return next(_answers(cells, questions, given), None) is not None


def _answers(cells: Cells, questions: Collection[str], given: Given) -> Iterator[str]:
    wanted = {name.partition(".")[0] for name in questions}
    for _, source in cells:
        if source.strip() in given.sources or not any(name in source for name in wanted):
            continue
        definitions = _definitions(source)
        if definitions is None:  # then by what its lines begin to define
            yield from (name for name in defined_names(source) if name in questions)
            continue
        for name, form, empty in definitions:
            if not empty and name in questions and (name, form) not in given.definitions:
                yield name


def changed(cells: Cells, given: Given) -> bool:
    """Whether any cell is other than it was handed out."""
    return any(source.strip() not in given.sources for _, source in cells)


@lru_cache(maxsize=2_000)
def _definitions(source: str) -> tuple[tuple[str, str, bool], ...] | None:
    """Name, normal form and whether it is empty, of each definition in a cell; methods are `Class.method`.

    None if the cell cannot be parsed.
    """
    tree = parsed(source)
    return tuple(_in_body(tree.body, "")) if tree else None


def _in_body(body: Iterable[ast.stmt], prefix: str) -> Iterator[tuple[str, str, bool]]:
    for node in body:
        if isinstance(node, Definition):
            yield f"{prefix}{node.name}", _form(node), is_stub(node)
            if isinstance(node, ast.ClassDef):
                yield from _in_body(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            parts = [part for target in targets for part in getattr(target, "elts", [target])]
            for part in parts:
                if isinstance(part, ast.Name | ast.Attribute):
                    yield f"{prefix}{ast.unparse(part)}", ast.dump(node.value), is_stub(node.value)
        elif isinstance(node, ast.If | ast.Try | ast.With | ast.For | ast.While):
            yield from _in_body(node.body, prefix)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield f"{prefix}{alias.asname or alias.name}", ast.dump(node), False


def _form(node: ast.AST) -> str:
    """The code without its texts, comments and places."""
    if not isinstance(node, Definition):
        return ast.dump(node)
    return f"{ast.unparse(node.args) if not isinstance(node, ast.ClassDef) else ''}: " + "; ".join(
        _form(part) for part in node.body if not _is_text(part)
    )


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
