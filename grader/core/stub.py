"""A notebook without its answers: what students start from, and what `grader reset` goes back to."""

import ast
import re
from collections.abc import Iterable

from grader.core.cells import parsed
from grader.core.course import Exercise
from grader.core.errors import CourseError
from grader.core.files import path_from_here
from grader.core.near_marks import looks_like_a_mark

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
MARKS_NOTHING = f"marks nothing, and what it stands for would be handed out; write '{BEGIN}' or '{END}'"
NOT_A_NOTEBOOK = "cannot be read as a notebook ({}); open it in Jupyter and save it again"
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
        CourseError: markers that do not pair, or that stand in a text, and lines that look like a marker and
            are none; what is left is not Python although the cell was.
    """
    kept: list[str] = []
    opened, texts = 0, _lines_in_texts(source)
    for number, line in enumerate(source.split("\n"), start=1):
        marker, here = line.strip(), f"{where}, line {number}"
        if marker in (BEGIN, END) and number in texts:
            raise CourseError(f"{here}: '{marker}' stands in a text; move it out of the quotes")
        if marker == BEGIN and not opened:
            opened = number
            indent = line[: len(line) - len(line.lstrip())]
            kept += [indent + text for text in _placeholder(kept, len(indent))]
        elif marker == END and opened:
            opened = 0
        elif marker in (BEGIN, END):
            raise CourseError(f"{here}: '{marker}' without its partner; each BEGIN needs one END after it")
        elif looks_like_a_mark(line, code=True):
            raise CourseError(f"{here}: '{short(marker)}' {MARKS_NOTHING}")
        elif not opened:
            kept.append(line)
    if opened:
        raise CourseError(f"{where}, line {opened}: '{BEGIN}' is never closed; add '{END}'")
    left = "\n".join(kept)
    if len(kept) < source.count("\n") and parsed(left) is None and parsed(source) is not None:
        raise CourseError(
            f"{where}: without the answers it is not valid Python; let a line such as `pass` stay"
        )
    return left


def short(line: str) -> str:
    """A line as an error quotes it."""
    return line if len(line) <= 60 else f"{line[:59]}…"


def _lines_in_texts(source: str) -> set[int]:
    """The lines of a cell that begin within a text in quotes."""
    if '"""' not in source and "'''" not in source:
        return set()
    nodes = ast.walk(parsed(source) or ast.Module([], []))
    texts = (node for node in nodes if isinstance(node, (ast.Constant, ast.JoinedStr)))
    return {line for text in texts for line in range(text.lineno + 1, (text.end_lineno or 0) + 1)}


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
        CourseError: the reference notebook cannot be read, or its markers do not pair.
    """
    import nbformat

    place = path_from_here(exercise.notebook)
    try:
        notebook = nbformat.read(exercise.notebook, as_version=4)
    except FileNotFoundError:
        raise CourseError(f"{place}: missing; an exercise needs its notebook with the solution") from None
    except Exception as error:  # nbformat has many kinds of it
        raise CourseError(f"{place}: {NOT_A_NOTEBOOK.format(type(error).__name__)}") from None
    for number, cell in enumerate(notebook.cells, start=1):
        where = f"{place}, cell {number}"
        if cell.cell_type == "code":
            cell.source = stub_source(cell.source, where)
            cell.outputs, cell.execution_count = [], None
        else:
            _refuse_marks(cell.source, where)
        cell.metadata = nbformat.NotebookNode()
    notebook.metadata = nbformat.from_dict(METADATA)
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook)) + "\n"


def _refuse_marks(text: str, where: str) -> None:
    """Answers are cut out of code only: a mark elsewhere would be handed out, and what it stands for too."""
    for number, line in enumerate(text.split("\n"), start=1):
        if looks_like_a_mark(line, code=False):
            why = "is in a cell of text, where nothing is cut out; move the answer to a code cell"
            raise CourseError(f"{where}, line {number}: '{short(line.strip())}' {why}")
