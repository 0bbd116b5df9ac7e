"""List the files of a source: a folder, a zip, a folder of zips, or a notebook; only zips are opened."""

import codecs
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from grader.core.errors import GraderError
from grader.core.notebook import MAX_BYTES, UnreadableNotebook, read_bytes
from grader.exchange.canvas.download import HANDED_IN
from grader.exchange.intake.handed_in import NotTaken, ReceivedFile
from grader.exchange.intake.unpack import Archive, Archives, Refused
from grader.exchange.moodle.download import UPLOAD

NOTEBOOKS = (".ipynb", ".py")
PERHAPS_SCRIPTS = ("", ".txt", ".pyw")  # endings of what may be Python
START = 200  # bytes of a file by which it is told
SILENT_FOLDERS = frozenset({"__MACOSX", ".ipynb_checkpoints", "__pycache__"})
SILENT_FILES = {".DS_Store", "Thumbs.db", "desktop.ini"}
SOFTWARE = {"node_modules", "site-packages", "venv"}  # thousands of files, none of them an answer
NBGRADER_FOLDERS = {"source", "release", "autograded", "feedback", "nbgrader"}  # next to submitted/
NOT_SEARCHED = "a hidden or software folder; it is not searched"
DEPTH = 12
REMEDY = "give the folder with one folder per student, or the zip from your learning platform"

Entry = TypeVar("Entry")


def separated(entries: Iterable[Entry | NotTaken], not_taken: list[NotTaken]) -> list[Entry]:
    """The entries that go on; the others are added to `not_taken`."""
    both = list(entries)
    not_taken += [entry for entry in both if isinstance(entry, NotTaken)]
    return [entry for entry in both if not isinstance(entry, NotTaken)]


def gather(source: Path, archives: Archives) -> Iterator[ReceivedFile | NotTaken]:
    """Every file of the source, in no particular order.

    Raises:
        GraderError: there is nothing there, it cannot be read, or it is another kind of file.
    """
    try:
        mode = os.stat(source).st_mode
    except FileNotFoundError:
        raise GraderError(f"{source}: no such folder; {REMEDY}") from None
    except OSError as error:
        raise GraderError(f"{source}: cannot be read ({error.strerror}); {REMEDY}") from None
    if stat.S_ISDIR(mode):
        yield from _from_folder(source, archives)
    elif not stat.S_ISREG(mode):
        raise GraderError(f"{source}: not a folder, zip or notebook; {REMEDY}")
    elif named_as_notebook(source.name) or may_be_notebook(_single(source)):
        yield _single(source)
    else:
        yield from _from_archive(source, "", archives)


def _single(source: Path) -> ReceivedFile:
    """A file by itself."""
    return ReceivedFile((source.name,), source.name, Path(os.path.abspath(source)).parent.name, source)


def content(file: ReceivedFile, most: int = MAX_BYTES) -> bytes:
    """The bytes of a file.

    Raises:
        Refused: it cannot be read, or is too large.
    """
    if file.archive is not None and file.info is not None:
        return file.archive.read(file.info, most)
    assert file.path is not None
    if file.odd:
        raise Refused(f"it is {file.odd}")
    try:
        return read_bytes(file.path)
    except UnreadableNotebook as problem:
        raise Refused(str(problem)) from None


def named_as_notebook(name: str) -> bool:
    """Whether a file is named as a notebook or a script, also if a browser has added to it: `x.ipynb.txt`."""
    return any(suffix.split(" ")[0].lower() in NOTEBOOKS for suffix in Path(name).suffixes)


def may_be_notebook(file: ReceivedFile) -> bool:
    """Whether a file with another name may hold a notebook, by how it begins, or a script, by its ending."""
    try:
        beginning = start_of(file).removeprefix(codecs.BOM_UTF8).lstrip()
    except Refused:
        return False
    return beginning.startswith(b"{") or Path(file.parts[-1]).suffix.lower() in PERHAPS_SCRIPTS


def start_of(file: ReceivedFile) -> bytes:
    """The first bytes of a file.

    Raises:
        Refused: it cannot be read.
    """
    if file.archive is not None and file.info is not None:
        return file.archive.start(file.info, START)
    try:
        if file.path is None or file.odd or not stat.S_ISREG(os.lstat(file.path).st_mode):
            raise Refused(f"it is {file.odd or 'not a regular file'}")
        with file.path.open("rb") as stream:
            return stream.read(START)
    except OSError as error:
        raise Refused(f"it cannot be read ({error.strerror})") from None


def members(archive: Archive, shown: str, container: str) -> Iterator[ReceivedFile | NotTaken]:
    """The files of an archive; `shown` stands before their names in messages."""
    every = {parts for parts, _, _ in archive.members()}
    for parts, info, refusal in archive.members():
        name = shown + "/".join(parts)
        if _silent(parts) and not (_is_fork(parts) and (*parts[:-1], parts[-1][2:]) not in every):
            continue
        if refusal:
            yield NotTaken(name, refusal)
        elif depth := next((i for i, part in enumerate(parts[:-1]) if i and _not_searched(part)), 0):
            yield NotTaken(shown + "/".join(parts[: depth + 1]), NOT_SEARCHED)
        else:
            yield ReceivedFile(parts, name, container, None, archive, info)


def _from_archive(path: Path, shown: str, archives: Archives) -> Iterator[ReceivedFile | NotTaken]:
    try:
        yield from members(Archive(path, archives), shown, path.stem)
    except Refused as problem:
        if not shown:
            remedy = "if it is another kind of archive, unpack it and give the folder"
            raise GraderError(f"{path}: {problem}; {remedy}") from None
        yield NotTaken(shown.rstrip("/"), str(problem))


def _from_folder(source: Path, archives: Archives) -> Iterator[ReceivedFile | NotTaken]:
    try:
        with os.scandir(source) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        raise GraderError(f"{source}: cannot be read ({error.strerror}); {REMEDY}") from None
    container = Path(os.path.abspath(source)).name
    folders = {entry.name for entry in entries if entry.is_dir(follow_symlinks=False)} - SILENT_FOLDERS
    others = folders - {"submitted"}
    nbgrader = others < folders and all(name in NBGRADER_FOLDERS or name.startswith(".") for name in others)
    for entry in entries:
        if nbgrader and entry.name in others:
            yield NotTaken(entry.name, "one of nbgrader's own folders, next to submitted/")
        elif not folders and _is_container(entry):
            yield from _from_archive(Path(entry.path), f"{entry.name}/", archives)
        else:
            yield from _below(entry, container)


def _is_container(entry: os.DirEntry[str]) -> bool:
    """A zip of an assignment, not one that a student handed in."""
    return (
        entry.name.lower().endswith(".zip")
        and entry.is_file(follow_symlinks=False)
        and not HANDED_IN.fullmatch(entry.name)
        and not UPLOAD.fullmatch(entry.name)
    )


def _below(first: os.DirEntry[str], container: str) -> Iterator[ReceivedFile | NotTaken]:
    """Every file, and every folder that is not entered: it cannot be listed, or has a notebook's name."""
    waiting: list[tuple[os.DirEntry[str], tuple[str, ...]]] = [(first, (first.name,))]
    while waiting:
        entry, parts = waiting.pop()
        folder = entry.is_dir(follow_symlinks=False)
        if not folder or (len(parts) > 1 and parts[-1].endswith(NOTEBOOKS)):
            kind = "a link" if entry.is_symlink() else "a folder" if folder else "not a regular file"
            own = entry.path.removesuffix(parts[-1]) + parts[-1][2:]  # what a file with ._ belongs to
            if not _silent(parts) or (_is_fork(parts) and not os.path.lexists(own)):
                yield _received(entry, parts, container, "" if entry.is_file(follow_symlinks=False) else kind)
        elif parts[-1] in SILENT_FOLDERS:
            continue
        elif len(parts) > 1 and _not_searched(parts[-1]):
            yield NotTaken("/".join(parts), NOT_SEARCHED)
        elif len(parts) >= DEPTH:
            yield NotTaken("/".join(parts), f"nested more than {DEPTH} folders deep")
        else:
            try:
                with os.scandir(entry.path) as listing:
                    waiting += [(inner, (*parts, inner.name)) for inner in listing]
            except OSError:
                yield _received(entry, parts, container, "a folder that cannot be read", closed=True)


def _received(
    entry: os.DirEntry[str], parts: tuple[str, ...], container: str, odd: str, closed: bool = False
) -> ReceivedFile:
    return ReceivedFile(parts, "/".join(parts), container, Path(entry.path), odd=odd, closed=closed)


def _silent(parts: tuple[str, ...]) -> bool:
    """What operating systems leave behind; it is not worth a line."""
    return (
        parts[-1] in SILENT_FILES or parts[-1].startswith("._") or not SILENT_FOLDERS.isdisjoint(parts[:-1])
    )


def _is_fork(parts: tuple[str, ...]) -> bool:
    """What macOS keeps next to a file; without that file it is what somebody handed in."""
    return parts[-1].startswith("._") and SILENT_FOLDERS.isdisjoint(parts[:-1])


def _not_searched(part: str) -> bool:
    return part.startswith(".") or part in SOFTWARE
