"""Names that an answer may not use, found in the source of the cell that defines it: best effort, nothing is
run.

A question's `forbidden = ["np.linalg", "torch.autograd"]` in `exercise.toml` names modules or functions.
Imports and renamed imports of the whole notebook are followed; what is built out of strings, or hidden in a
helper in another cell, is not found.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from grader.core.cells import MAX_PARSED, Cells, defining_cell, parsed
from grader.core.course import Question
from grader.core.report import QuestionResult, Status, question_result

MAX_PARTS = 8
USUAL = {
    "np": "numpy",
    "plt": "matplotlib.pyplot",
    "F": "torch.nn.functional",
    "nn": "torch.nn",
    "pd": "pandas",
}


def without_forbidden(
    results: Sequence[QuestionResult], questions: Sequence[Question], cells: Cells
) -> tuple[QuestionResult, ...]:
    """The results, where a question whose answer uses a forbidden name has no points and says which, and
    where.
    """
    names = {question.name: question.forbidden for question in questions}
    return tuple(
        _refused(result, use) if (use := _use(cells, result.name, names.get(result.name, ()))) else result
        for result in results
    )


def _refused(result: QuestionResult, found: str) -> QuestionResult:
    tests = tuple(
        test
        if test.status in (Status.UNGRADED, Status.NOT_ATTEMPTED)
        else replace(test, status=Status.FORBIDDEN, points=0.0, message=found, diagnosis="")
        for test in result.tests
    )
    return question_result(result.name, tests)


def _use(cells: Cells, question: str, names: Sequence[str]) -> str:
    """The sentence that names the first use, or ""."""
    if not names:
        return ""
    for number, source in cells:
        if len(source) > MAX_PARSED and question.partition(".")[0] in source:
            return f"cell {number} is too long to be looked through for names that may not be used: split it."
    place = defining_cell(cells, question)
    if place is None:
        return ""
    number, tree = place
    imports = dict(
        pair
        for _, source in cells
        if "import" in source and (part := parsed(source))
        for pair in _imports(part)
    )
    for line, dotted in sorted(_uses(tree, imports)):
        for name in names:
            first, _, rest = name.partition(".")
            whole = ".".join(filter(None, [USUAL.get(first, first), rest]))
            if dotted == whole or dotted.startswith(whole + "."):
                return f"`{name}` may not be used for this question: it is in cell {number}, line {line}."
    return ""


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Name in the notebook → what it is, dotted, of every import at any depth."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (alias.asname, alias.name) if alias.asname else (alias.name.split(".")[0],) * 2
        elif isinstance(node, ast.ImportFrom):
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)


def _uses(tree: ast.Module, imports: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every name, attribute chain and import of the cell."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, (ast.Name, ast.Attribute)) and (dotted := _dotted(node)):
            first, _, rest = dotted.partition(".")
            yield node.lineno, ".".join(filter(None, [imports.get(first, USUAL.get(first, first)), rest]))


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        if len(parts) == MAX_PARTS:
            return ""  # its shorter beginnings are looked at by themselves
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
