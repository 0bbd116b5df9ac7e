"""Find the files of a source: a folder, a zip, a folder of zips, or one notebook; nothing is opened but
archives.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from grader.core.errors import GraderError
from grader.core.notebook import MAX_BYTES, UnreadableNotebook, read_bytes
from grader.exchange.canvas.download import HANDED_IN
from grader.exchange.intake.handed_in import Item
from grader.exchange.intake.unpack import Archive, Archives, Refused
from grader.exchange.moodle.download import UPLOAD

NOTEBOOKS = (".ipynb", ".py")
SILENT_FOLDERS = frozenset({"__MACOSX", ".ipynb_checkpoints", "__pycache__"})
SILENT_FILES = {".DS_Store", "Thumbs.db", "desktop.ini"}
SOFTWARE = {"node_modules", "site-packages", "venv"}  # thousands of files, none of them an answer
BESIDE_SUBMITTED = {
    "source",
    "release",
    "autograded",
    "feedback",
    "nbgrader",
}  # what nbgrader keeps beside submitted/
NOT_ENTERED = "a hidden folder, or one of software; it is not looked into"
DEPTH = 12
REMEDY = "give the folder that holds one folder a student, or the zip that the learning platform gave you"


@dataclass
class Gathered:
    """The files, and (file, why it is not looked at) of the others."""

    items: list[Item] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)


def gather(source: Path, archives: Archives) -> Gathered:
    """Every file of the source, in no particular order.

    Raises:
        GraderError: there is nothing, it cannot be read, or it is another kind of file.
    """
    try:
        mode = os.stat(source).st_mode
    except FileNotFoundError:
        raise GraderError(f"{source}: no such folder; {REMEDY}") from None
    except OSError as error:
        raise GraderError(f"{source}: cannot be read ({error.strerror}); {REMEDY}") from None
    found = Gathered()
    if stat.S_ISDIR(mode):
        _from_folder(source, archives, found)
    elif not stat.S_ISREG(mode):
        raise GraderError(f"{source}: neither a folder nor a zip nor a notebook; {REMEDY}")
    elif source.suffix in NOTEBOOKS:
        found.items.append(
            Item((source.name,), source.name, Path(os.path.abspath(source)).parent.name, source)
        )
    else:
        _from_archive(source, "", archives, found)
    return found


def content(item: Item, most: int = MAX_BYTES) -> bytes:
    """The bytes of a file.

    Raises:
        Refused: it cannot be read, or is too large.
    """
    if item.archive is not None and item.info is not None:
        return item.archive.read(item.info, most)
    assert item.path is not None
    if item.odd:
        raise Refused(f"it is {item.odd}")
    try:
        return read_bytes(item.path)
    except UnreadableNotebook as problem:
        raise Refused(str(problem)) from None


def members(archive: Archive, shown: str, container: str, found: Gathered) -> None:
    """Add the files of an archive; `shown` stands before their names in messages."""
    for parts, info, refusal in archive.members():
        name = shown + "/".join(parts)
        if _silent(parts):
            continue
        if refusal:
            found.unknown.append((name, refusal))
        elif depth := next((i for i, part in enumerate(parts[:-1]) if i and _passed_over(part)), 0):
            found.unknown.append((shown + "/".join(parts[: depth + 1]), NOT_ENTERED))
        else:
            found.items.append(Item(parts, name, container, None, archive, info))


def _from_archive(path: Path, shown: str, archives: Archives, found: Gathered) -> None:
    try:
        members(Archive(path, archives), shown, path.stem, found)
    except Refused as problem:
        if not shown:
            remedy = "if it is another kind of archive, unpack it and give the folder"
            raise GraderError(f"{path}: {problem}; {remedy}") from None
        found.unknown.append((shown.rstrip("/"), str(problem)))


def _from_folder(source: Path, archives: Archives, found: Gathered) -> None:
    try:
        with os.scandir(source) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        raise GraderError(f"{source}: cannot be read ({error.strerror}); {REMEDY}") from None
    container = Path(os.path.abspath(source)).name
    folders = {entry.name for entry in entries if entry.is_dir(follow_symlinks=False)} - SILENT_FOLDERS
    beside = {name for name in folders if name != "submitted"}
    nbgrader = beside < folders and all(name in BESIDE_SUBMITTED or name.startswith(".") for name in beside)
    for entry in entries:
        if nbgrader and entry.name in beside:
            found.unknown.append((entry.name, "a folder of nbgrader's beside submitted/"))
        elif not folders and _is_container(entry):
            _from_archive(Path(entry.path), f"{entry.name}/", archives, found)
        else:
            _walk(entry, container, found)


def _is_container(entry: os.DirEntry[str]) -> bool:
    """A zip of an assignment, not one that a student handed in."""
    name = entry.name
    return (
        name.lower().endswith(".zip")
        and entry.is_file(follow_symlinks=False)
        and not HANDED_IN.fullmatch(name)
        and not UPLOAD.fullmatch(name)
    )


def _walk(first: os.DirEntry[str], container: str, found: Gathered) -> None:
    for entry, parts in _below(first, found):
        if _silent(parts):
            continue
        shown = "/".join(parts)
        odd, closed = "", False
        if entry.is_symlink():
            odd = "a link"
        elif entry.is_dir(follow_symlinks=False):  # is here because it is not entered
            closed = not parts[-1].endswith(NOTEBOOKS)
            odd = "a folder that cannot be read" if closed else "a folder"
        elif not entry.is_file(follow_symlinks=False):
            odd = "no regular file"
        found.items.append(Item(parts, shown, container, Path(entry.path), odd=odd, closed=closed))


def _below(first: os.DirEntry[str], found: Gathered) -> Iterator[tuple[os.DirEntry[str], tuple[str, ...]]]:
    """Every file below, and every folder that is not entered because it cannot be, or has a notebook's name."""
    waiting: list[tuple[os.DirEntry[str], tuple[str, ...]]] = [(first, (first.name,))]
    while waiting:
        entry, parts = waiting.pop()
        if not entry.is_dir(follow_symlinks=False) or (len(parts) > 1 and parts[-1].endswith(NOTEBOOKS)):
            yield entry, parts
        elif parts[-1] in SILENT_FOLDERS:
            continue
        elif len(parts) > 1 and _passed_over(parts[-1]):
            found.unknown.append(("/".join(parts), NOT_ENTERED))
        elif len(parts) >= DEPTH:
            found.unknown.append(("/".join(parts), f"more than {DEPTH} folders deep"))
        else:
            try:
                with os.scandir(entry.path) as listing:
                    waiting += [(inner, (*parts, inner.name)) for inner in listing]
            except OSError:
                yield entry, parts


def _silent(parts: tuple[str, ...]) -> bool:
    """What systems leave behind, of which nobody wants to hear."""
    return (
        parts[-1] in SILENT_FILES or parts[-1].startswith("._") or not SILENT_FOLDERS.isdisjoint(parts[:-1])
    )


def _passed_over(part: str) -> bool:
    return part.startswith(".") or part in SOFTWARE
