"""A notebook without its answers: what students start from, and what `grader reset` goes back to."""

import re
from collections.abc import Iterable

from grader.core.course import Exercise
from grader.core.errors import GraderError

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
NO_INPUT = "StdinNotImplementedError"
PLACEHOLDER = NotImplementedError.__name__
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def is_placeholder(kinds: Iterable[str]) -> bool:
    """Whether an exception with these class names, its own and its bases', is that of an answer not begun.

    What a kernel raises where a notebook asks for input is a `NotImplementedError` too, and no placeholder.
    """
    names = set(kinds)
    return PLACEHOLDER in names and NO_INPUT not in names


def stub_source(source: str, where: str) -> str:
    """A cell without its answers: `raise NotImplementedError` in their place in a function, else nothing.

    Raises:
        GraderError: markers that do not pair.
    """
    kept: list[str] = []
    inside = False
    for line in source.split("\n"):
        marker = line.strip()
        if marker == BEGIN and not inside:
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            kept += [indent + text for text in _placeholder(kept, len(indent))]
        elif marker == END and inside:
            inside = False
        elif marker in (BEGIN, END):
            raise GraderError(f"{where}: '{marker}' without its partner; each BEGIN needs one END after it")
        elif not inside:
            kept.append(line)
    if inside:
        raise GraderError(f"{where}: '{BEGIN}' is never closed; add '{END}'")
    return "\n".join(kept)


def _placeholder(above: list[str], indent: int) -> list[str]:
    names: list[str] = []
    kind = ""
    for line in reversed(above):
        match = re.match(r"(\s*)(?:async\s+)?(def|class)\s+(\w+)", line)
        if match and len(match[1]) < indent:
            kind = kind or match[2]
            names.insert(0, match[3])
            indent = len(match[1])
    if not names:
        return []
    return [f'raise {PLACEHOLDER}("{".".join(names)}")'] if kind == "def" else ["pass"]


def stub_notebook(exercise: Exercise) -> str:
    """The text of the student's notebook.

    Raises:
        GraderError: the reference notebook cannot be read, or its markers do not pair.
    """
    import nbformat

    try:
        notebook = nbformat.read(exercise.notebook, as_version=4)
    except (OSError, ValueError) as error:
        reason = type(error).__name__
        raise GraderError(f"{exercise.notebook}: cannot be read as a notebook ({reason})") from None
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            cell.source = stub_source(cell.source, f"{exercise.notebook.name}, cell {number}")
            cell.outputs, cell.execution_count = [], None
        cell.metadata = nbformat.NotebookNode()
    notebook.metadata = nbformat.from_dict(METADATA)
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook)) + "\n"
