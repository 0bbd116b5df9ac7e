"""Read a notebook or a script of cells, within bounds, whatever the file holds."""

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.core.safe_text import encodable, one_line, utf8

MAX_BYTES = 20 << 20
MAX_CELLS = 2_000
MAX_SOURCE = 2 << 20
MAX_NESTING = 200
MAX_BRACKETS = 2_000_000  # 20 MB of `[],` would be 600 MB of lists
Json = Mapping[str, object]
NO_MARKS = bytes(set(range(256)) - set(b'[]{}"'))


class UnreadableNotebook(Exception):
    """The file is not a notebook that can be run; the message says why."""


@dataclass(frozen=True)
class Notebook:
    """The code cells of a notebook, numbered from 1, and the SHA-256 of the file."""

    cells: tuple[tuple[int, str], ...]
    sha256: str


def read_bytes(path: Path) -> bytes:
    """The file's bytes; links, pipes and devices are never opened.

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
            if info.st_size > MAX_BYTES:
                raise UnreadableNotebook(
                    f"the file has {info.st_size >> 20} MB, the limit is {MAX_BYTES >> 20} MB"
                )
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableNotebook(f"the file cannot be read ({error.strerror})") from None


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
    """The code cells of an `.ipynb` (nbformat 3 or 4) or of a `.py` script with `# %%` between its cells.

    Raises:
        UnreadableNotebook: empty, truncated, binary, too large, nested too deeply, another language.
    """
    return notebook_in(read_bytes(path), path.suffix)


def notebook_in(data: bytes, suffix: str) -> Notebook:
    """The same from a file's content and its suffix, `.ipynb` or `.py`.

    Raises:
        UnreadableNotebook: as for `read_notebook`.
    """
    digest = hashlib.sha256(data).hexdigest()
    if suffix == ".py":
        return Notebook(script_cells(data.decode("utf-8", "replace")), digest)
    return Notebook(_code_cells(data), digest)


def script_cells(text: str) -> tuple[tuple[int, str], ...]:
    """The cells of a script, split at `# %%` lines."""
    parts = re.split(r"(?m)^# ?%%.*$", text)
    return tuple(enumerate((part for part in parts if part.strip()), start=1))


def _code_cells(data: bytes) -> tuple[tuple[int, str], ...]:
    if not data.strip():
        raise UnreadableNotebook("the file is empty")
    brackets = _brackets(data)
    if len(brackets) > MAX_BRACKETS or _nesting(brackets) > MAX_NESTING:
        raise UnreadableNotebook("the file is nested too deeply, or has too many parts")
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        what = "is not text" if isinstance(error, UnicodeDecodeError) else "is not a complete notebook (JSON)"
        raise UnreadableNotebook(f"the file {what}") from None
    cells = _cell_list(notebook) if isinstance(notebook, dict) else None
    if cells is None:
        raise UnreadableNotebook("the file is JSON, but not a notebook: it has no cells")
    language = _language(notebook)
    if language not in ("", "python", "python3", "ipython", "ipython3"):
        raise UnreadableNotebook(f"the notebook is written in {one_line(language, 40)}, not in Python")
    if len(cells) > MAX_CELLS:
        raise UnreadableNotebook(f"the notebook has {len(cells)} cells, the limit is {MAX_CELLS}")
    sources = tuple(enumerate((source for kind, source, _ in cells_in(notebook) if kind == "code"), start=1))
    if any(len(utf8(source)) > MAX_SOURCE for _, source in sources):
        raise UnreadableNotebook("a cell of the notebook is over 2 MB long")
    return sources


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
