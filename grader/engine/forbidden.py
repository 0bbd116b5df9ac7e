"""Names that an answer may not use, searched for where it is defined: best effort, nothing is run.

A question's `forbidden = ["np.linalg", "torch.autograd"]` in `exercise.toml` names modules or functions.
Of the cell that defines the answer, only the answer counts, with what it uses of the cell: the next answer
may use what this one may not. Imports and renamed imports of the whole notebook are followed; what is built
out of strings, or hidden in a helper in another cell, is not found.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from grader.core.cells import MAX_PARSED, Cells, defining_cell, needed_for, parsed
from grader.core.course_settings import Question
from grader.core.report import QuestionResult, Status
from grader.core.scoring import question_result

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
    """The results; a question whose answer uses a forbidden name has no points, and says which and where."""
    names = {question.name: question.forbidden for question in questions}
    return tuple(
        _refused(result, use) if (use := _use(cells, result.name, names.get(result.name, ()))) else result
        for result in results
    )


def _refused(result: QuestionResult, use: str) -> QuestionResult:
    tests = tuple(
        test
        if test.status in (Status.UNGRADED, Status.NOT_ATTEMPTED)
        else replace(test, status=Status.FORBIDDEN, points=0.0, message=use, diagnosis="", origin="")
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
    defining = defining_cell(cells, question)
    if defining is None:
        return ""
    number, tree = defining
    parts = [part for _, source in cells if "import" in source and (part := parsed(source))]
    imported = {bound: dotted for part in parts for _, bound, dotted in _imports(part)}
    for line, dotted in sorted(_uses(needed_for(tree, question), USUAL | imported)):
        for name in names:
            whole = _resolved(name, USUAL)
            if dotted == whole or dotted.startswith(whole + "."):
                return f"`{name}` may not be used for this question: it is in cell {number}, line {line}."
    return ""


def _imports(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """(line, name in the notebook, what it stands for, dotted) of every import at any depth."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.asname or alias.name, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node.lineno, alias.asname or alias.name, f"{node.module}.{alias.name}"


def _uses(tree: ast.Module, known: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every name, attribute chain and import; `known` is what names stand for."""
    yield from ((line, dotted) for line, _, dotted in _imports(tree))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Name, ast.Attribute)) and (dotted := _dotted(node)):
            yield node.lineno, _resolved(dotted, known)


def _resolved(dotted: str, names: Mapping[str, str]) -> str:
    """A dotted name whose first part is replaced by what it stands for."""
    first, _, rest = dotted.partition(".")
    return ".".join(filter(None, [names.get(first, first), rest]))


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        if len(parts) == MAX_PARTS:
            return ""  # its shorter beginnings are looked at by themselves
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
