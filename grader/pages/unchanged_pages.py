"""What the files of a folder were made from, so that only those that would change are made again."""

import hashlib
import json
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path, PurePosixPath
from types import TracebackType

from grader import __version__
from grader.core.errors import GraderError
from grader.core.files import sources_sha256, write_file

_ENCODER = json.JSONEncoder(
    default=lambda record: [*vars(record).values()], check_circular=False, separators=(",", ":")
)


def fingerprint(*parts: object) -> str:
    """A digest of records and JSON values, the same in every process.

    A record counts by the values of its fields in their order, so `parts` should include `program()`.

    Raises:
        TypeError: something in `parts` is neither.
    """
    return hashlib.sha256(_ENCODER.encode(parts).encode()).hexdigest()[:32]


@cache
def program() -> str:
    """A digest of what makes pages: our version, and the modules and templates next to this one."""
    return fingerprint(__version__, sources_sha256(Path(__file__).parent))


class WrittenFiles:
    """The files below `folder` that we wrote, each with the fingerprint of what it was made from.

    A lost or broken record only costs time: everything is made again. A file counts as ours only while it has
    the size and time of change that we left it with, so what a process wrote that died before it could save
    is made again too.

    Args:
        record: the file below `folder` that this is kept in; each kind of file has its own.
    """

    def __init__(self, folder: Path, record: str) -> None:
        self.folder, self._record = folder, record
        self._known = _read(folder / record)
        self._saved = dict(self._known)

    def __enter__(self) -> "WrittenFiles":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.save()

    def unchanged(self, name: str, fingerprint: str) -> bool:
        """Whether `folder/name` is still as we wrote it, and was made from what has this fingerprint."""
        return self._known.get(name) == [fingerprint, *file_state(self.folder / name)]

    def update(self, name: str, fingerprint: str, make: Callable[[], str]) -> None:
        """Write what `make` returns to `folder/name`, unless it is unchanged.

        Raises:
            GraderError: it cannot be written.
        """
        if not self.unchanged(name, fingerprint):
            self.write(name, make(), fingerprint)

    def write(self, name: str, content: str, fingerprint: str | None) -> None:
        """Write `folder/name`, made from what has this fingerprint; if None, it is made again the next time.

        Raises:
            GraderError: it cannot be written.
        """
        write_file(self.folder / name, content, durable=False)  # a file cut short has another size or time
        if fingerprint is None:
            self._known.pop(name, None)
        else:
            self._known[name] = [fingerprint, *file_state(self.folder / name)]

    def sweep(self, kept: Collection[str], below: str = "") -> None:
        """Remove the files that we wrote and that are not in `kept`, unless somebody has changed them.

        Args:
            below: only names that begin with this, such as "students/".

        Raises:
            GraderError: one cannot be removed.
        """
        for name in [name for name in self._known if name.startswith(below) and name not in kept]:
            path, entry = self.folder / name, self._known.pop(name)
            if _inside(name) and entry[1:] == file_state(path):
                try:
                    path.unlink()
                except OSError as error:
                    remedy = "remove it yourself, then run the command again"
                    raise GraderError(f"{path}: {error.strerror}; {remedy}") from None

    def save(self) -> None:
        """Write the record, if it has changed.

        Raises:
            GraderError: it cannot be written.
        """
        if self._known != self._saved:
            lines = (
                f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in sorted(self._known.items())
            )
            write_file(self.folder / self._record, "{\n" + ",\n".join(lines) + "\n}\n")
            self._saved = dict(self._known)


def _read(path: Path) -> dict[str, list[object]]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    entries = record.items() if isinstance(record, dict) else ()
    return {name: entry for name, entry in entries if isinstance(entry, list) and len(entry) == 3}


def file_state(path: Path) -> list[int]:
    """Size of a file and time of its last change; [-1, -1], which no file has, if there is none."""
    try:
        state = path.lstat()
    except (OSError, ValueError):
        return [-1, -1]
    return [state.st_size, state.st_mtime_ns]


def _inside(name: str) -> bool:
    """Whether a name stays in the folder, also in a record from elsewhere."""
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\0" not in name
