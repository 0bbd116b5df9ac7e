"""Read a notebook or a script of cells, within bounds, by what is in the file."""

import ast
import codecs
import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile
from pathlib import Path
from typing import IO

from grader.core.cells import declared_names, parsed
from grader.core.decoding import text_in
from grader.core.errors import UnreadableNotebook as UnreadableNotebook
from grader.core.large_notebook import StillTooLarge, without_outputs
from grader.core.safe_text import encodable, one_line, utf8
from grader.core.script_cells import script_cells

MAX_BYTES = 20 << 20
MAX_FILE = 512 << 20  # with outputs
PIECE = 1 << 20
MAX_CELLS = 2_000
MAX_SOURCE = 2 << 20
MAX_NESTING = 200
MAX_BRACKETS = 2_000_000  # 20 MB of `[],` would be 600 MB of lists
Json = Mapping[str, object]
JSON_OF_NOTEBOOK = re.compile(r'"(?:cells|worksheets)"\s*:')
HTML = re.compile(r"(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype|html|head|body|script|div|meta)\b", re.DOTALL)
CONFLICT = re.compile(r"(?m)^[ \t]*<<<<<<< [\s\S]*^[ \t]*>>>>>>> ")
TELLING = (
    ast.FunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
)  # statements that hardly another language writes like Python
NO_MARKS = bytes(set(range(256)) - set(b'[]{}"'))


@dataclass(frozen=True)
class Notebook:
    """The code cells of a notebook, numbered from 1, and the SHA-256 of the file."""

    cells: tuple[tuple[int, str], ...]
    sha256: str


def read_bytes(path: Path) -> bytes:
    """The bytes of a regular file; of a large notebook all but its outputs. Links and pipes stay closed.

    Raises:
        UnreadableNotebook: not a regular file, unreadable, or over the size limit.
    """
    try:
        _check_kind(os.lstat(path).st_mode)  # opening a pipe or a device may already do something
        with open(
            os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)), "rb"
        ) as stream:
            info = os.fstat(stream.fileno())
            _check_kind(info.st_mode)  # it may have changed since
            return bounded(stream, info.st_size)
    except OSError as error:
        raise UnreadableNotebook(f"the file cannot be read ({error.strerror})") from None


def bounded(stream: IO[bytes], size: int) -> bytes:
    """All of a file that has `size` bytes; of a notebook over the limit all but its outputs.

    Raises:
        UnreadableNotebook: it is over the limit, also without outputs.
    """
    if size <= MAX_BYTES:
        return stream.read(MAX_BYTES + 1)
    first = stream.read(PIECE)
    too_large = f"the file has {size >> 20} MB, the limit is {MAX_BYTES >> 20} MB"
    if size > MAX_FILE or not first.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        raise UnreadableNotebook(too_large)
    pieces = (stream.read(PIECE) for _ in range(MAX_FILE // PIECE))
    try:
        return without_outputs(chain([first], takewhile(bool, pieces)), MAX_BYTES)
    except StillTooLarge:
        raise UnreadableNotebook(f"{too_large} without outputs") from None


def _check_kind(mode: int) -> None:
    if not stat.S_ISREG(mode):
        kinds = {
            stat.S_IFLNK: "a link",
            stat.S_IFDIR: "a folder",
            stat.S_IFIFO: "a pipe",
            stat.S_IFSOCK: "a socket",
        }
        raise UnreadableNotebook(f"it is {kinds.get(stat.S_IFMT(mode), 'a device')}, not a regular file")


def read_notebook(path: Path) -> Notebook:
    """The code cells of a notebook (nbformat 3 or 4) or of a script, see `script_cells`.

    Raises:
        UnreadableNotebook: empty, truncated, no text, too large, nested too deeply, another language.
    """
    return notebook_in(read_bytes(path), path.name)


def notebook_in(data: bytes, name: str) -> Notebook:
    """The same from a file's content; its name only decides what may be Python as well as something else.

    Raises:
        UnreadableNotebook: as for `read_notebook`.
    """
    document = document_in(data, name)
    sources = (source for kind, source, _ in cells_in(document) if kind == "code")
    return Notebook(tuple(enumerate(sources, start=1)), hashlib.sha256(data).hexdigest())


def document_in(data: bytes, name: str) -> Json:
    """A notebook's JSON; a script's cells are put into one.

    Raises:
        UnreadableNotebook: as for `read_notebook`.
    """
    script = is_script(name)
    text = text_in(data, lenient=script)
    if not script or (text.lstrip().startswith("{") and JSON_OF_NOTEBOOK.search(text)):
        document = _json(text)
        if document is not None:
            return _checked(document)
        if not script and (problem := _not_python(text)):
            raise UnreadableNotebook(problem)
    code: Json = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**code, "source": source} for _, source in script_cells(text)]
    return _checked({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells})


def is_script(name: str) -> bool:
    """Whether a file is named as a script is, also if a browser has added to the name: `work.py.txt`."""
    return ".py" in (suffix.lower() for suffix in Path(name).suffixes) or name.lower() == ".py"


def _json(text: str) -> object:
    """What is written in JSON; None if it is not JSON, or null."""
    brackets = _brackets(utf8(text))
    if len(brackets) > MAX_BRACKETS or _nesting(brackets) > MAX_NESTING:
        raise UnreadableNotebook("the file is nested too deeply, or has too many parts")
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return [] if value is None else value


def _not_python(text: str) -> str:
    """What a file is that is neither JSON nor, by what it defines, Python; "" if it is Python."""
    start = text.lstrip()[:1_000].lower()
    if HTML.match(start):
        exported = "jp-Notebook" in text or "notebook-container" in text
        what = "a notebook exported as HTML" if exported else "an HTML page, not a notebook"
        return f"the file is {what}; download the notebook itself, as .ipynb, and hand that in"
    if CONFLICT.search(text):
        return (
            "the file is not a complete notebook: it has conflict marks of git (<<<<<<<); resolve it, "
            "save the notebook, and hand it in again"
        )
    if start.startswith(("{", "[")):
        cut = "it is cut off" if text.rstrip()[-1:] not in ("}", "]") else "its JSON is damaged"
        return f"the file is not a complete notebook: {cut}; save it and hand it in again"
    if any(declared_names(source) for _, source in script_cells(text)):
        return ""
    return "the file is neither a notebook (JSON) nor a Python script; hand in the .ipynb file itself"


def _checked(notebook: object) -> Json:
    """The JSON of a notebook, if it can be run.

    Raises:
        UnreadableNotebook: it has no cells, too many or too long ones, or is in another language.
    """
    cells = _cell_list(notebook) if isinstance(notebook, dict) else None
    if cells is None or not isinstance(notebook, dict):
        raise UnreadableNotebook("the file is JSON, but not a notebook: it has no cells")
    if len(cells) > MAX_CELLS:
        raise UnreadableNotebook(f"the notebook has {len(cells)} cells, the limit is {MAX_CELLS}")
    sources = [source for kind, source, _ in cells_in(notebook) if kind == "code"]
    if any(len(utf8(source)) > MAX_SOURCE for source in sources):
        raise UnreadableNotebook("a cell of the notebook is over 2 MB long")
    language = _language(notebook)
    if language and "py" not in language and not _is_python(sources):
        raise UnreadableNotebook(f"the notebook is written in {one_line(language, 40)}, not in Python")
    return notebook


def _is_python(sources: Sequence[str]) -> bool:
    """Whether most cells are Python, and one of them has what other languages write in another way."""
    trees = [parsed(source) for source in sources if source.strip()]
    statements = [statement for tree in trees if tree for statement in tree.body]
    most = 2 * sum(tree is not None for tree in trees) > len(trees)
    return most and any(isinstance(each, TELLING) for each in statements)


def _cell_list(notebook: Json) -> list[object] | None:
    """The cells in the JSON of a notebook, nbformat 3 or 4; None if it has no list of them."""
    cells, sheets = notebook.get("cells"), notebook.get("worksheets")
    if cells is None and isinstance(sheets, list):
        inner = (sheet.get("cells") for sheet in sheets if isinstance(sheet, dict))
        lists = [part for part in inner if isinstance(part, list)]
        return [cell for part in lists for cell in part] if lists else None
    return cells if isinstance(cells, list) else None


def cells_in(notebook: Json) -> Iterator[tuple[str, str, Json]]:
    """Kind, source and JSON of each cell in the JSON of a notebook, numbered in this order."""
    for cell in _cell_list(notebook) or ():
        if isinstance(cell, dict):
            yield str(cell.get("cell_type")), joined(cell.get("source", cell.get("input", ""))), cell


def joined(text: object) -> str:
    """A text in the JSON of a notebook, which is a string or a list of lines, as text that can be encoded."""
    return encodable("".join(map(str, text)) if isinstance(text, list) else str(text))


def _language(notebook: Json) -> str:
    metadata = notebook.get("metadata")
    for key, field in (("language_info", "name"), ("kernelspec", "language")):
        info = metadata.get(key) if isinstance(metadata, dict) else None
        language = info.get(field) if isinstance(info, dict) else None
        if language and isinstance(language, str):
            return language.lower()
    return ""


def _brackets(data: bytes) -> bytes:
    """The brackets outside strings, in linear time."""
    unescaped = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    marks = unescaped.translate(None, delete=NO_MARKS).replace(b'""', b"")
    return b"".join(marks.split(b'"')[::2])


def _nesting(brackets: bytes) -> int:
    deepest = depth = 0
    for mark in brackets:
        depth += 1 if mark in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest
