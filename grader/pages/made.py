"""What a folder's files were made from, so that only what has changed is made again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any

from grader.core.errors import GraderError
from grader.core.files import write_in

RECORD = ".made/pages.json"
_ENCODER = json.JSONEncoder(
    default=lambda record: [*vars(record).values()], check_circular=False, separators=(",", ":")
)


def fingerprint(*parts: Any) -> str:
    """A digest of records, and of whatever JSON knows, by their values: the same in every process.

    A record counts by the values of its fields in their order, so `parts` should hold a digest of the program
    too.

    Raises:
        TypeError: something in `parts` is neither.
    """
    return hashlib.sha256(_ENCODER.encode(parts).encode()).hexdigest()[:32]


def sources(*places: Path) -> str:
    """A digest of files, and of all files below folders: of the program's own modules and templates."""
    digest = hashlib.sha256()
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and path.suffix != ".pyc":
                digest.update(f"{path.relative_to(place)}\0{path.stat().st_size}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


class Made:
    """The files below `folder` that were made by us, and what from; kept in `folder/.made/`.

    A record that is gone or broken costs time, and nothing else: then everything is made again. A file counts
    as made only while it is as we left it (size and time of its last change), so what was written by a
    process that died before it could save is made again too.

    Args:
        record: the name of the file that this is kept in; whoever removes files of one kind needs one of its
        own.
    """

    def __init__(self, folder: Path, record: str = RECORD) -> None:
        self.folder, self._record = folder, record
        self._known = _read(folder / record)
        self._saved = dict(self._known)

    def __enter__(self) -> Made:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.save()

    def fresh(self, name: str, fingerprint: str) -> bool:
        """Whether `folder/name` is there as it was made, from what has this fingerprint."""
        return self._known.get(name) == [fingerprint, *_state(self.folder / name)]

    def write(self, name: str, content: str, fingerprint: str | None) -> None:
        """Write `folder/name`, made from what has this fingerprint; if None, it is made again the next time.

        Raises:
            GraderError: it cannot be written.
        """
        write_in(
            self.folder, name, content, durable=False
        )  # what a power cut leaves of it has another size or time
        if fingerprint is None:
            self._known.pop(name, None)
        else:
            self._known[name] = [fingerprint, *_state(self.folder / name)]

    def sweep(self, kept: Collection[str], below: str = "") -> list[str]:
        """Remove the files that were made by us and are not in `kept`; the names of those removed.

        Args:
            below: only names that begin with this, "students/".

        Raises:
            GraderError: one cannot be removed.
        """
        gone = [name for name in self._known if name.startswith(below) and name not in kept]
        removed = []
        for name in gone:
            entry = self._known.pop(name)
            path = self.folder / name
            if _inside(name) and entry[1:] == _state(
                path
            ):  # what somebody changed since is not ours to remove
                try:
                    path.unlink()
                except OSError as error:
                    raise GraderError(
                        f"{path}: {error.strerror}; remove it yourself, then run the command again"
                    ) from None
                removed.append(name)
        return removed

    def save(self) -> None:
        """Keep the record, if it has changed.

        Raises:
            GraderError: it cannot be written.
        """
        if self._known != self._saved:
            lines = (
                f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in sorted(self._known.items())
            )
            write_in(self.folder, self._record, "{\n" + ",\n".join(lines) + "\n}\n")
            self._saved = dict(self._known)


def _read(path: Path) -> dict[str, list[Any]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    entries: Iterable[tuple[str, Any]] = found.items() if isinstance(found, dict) else ()
    return {name: entry for name, entry in entries if isinstance(entry, list) and len(entry) == 3}


def _state(path: Path) -> list[int]:
    """Size and time of the last change; [-1, -1], which nothing has, if there is no such file."""
    try:
        found = path.lstat()
    except (OSError, ValueError):
        return [-1, -1]
    return [found.st_size, found.st_mtime_ns]


def _inside(name: str) -> bool:
    """A record from elsewhere must not lead out of the folder."""
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\0" not in name
