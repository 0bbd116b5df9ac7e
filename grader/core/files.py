"""Files that are never seen half written, and folders that one process writes to at a time."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from grader.core.errors import GraderError
from grader.core.safe_text import utf8

UNFINISHED = ".unfinished-"


def path_from_here(path: Path) -> Path:
    """The path as a person in the working folder would type it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def write_atomically(path: Path, content: str | bytes, durable: bool = True) -> None:
    """Write, fsync, rename: a reader sees the old file or the new one, never half of one.

    A file that has this content already is left alone.

    Args:
        durable: also after a power cut, which costs some milliseconds; not for files that can be made again.
    """
    data = utf8(content) if isinstance(content, str) else content
    with suppress(OSError):
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def cache_folder() -> Path:
    """Where to keep what can be found out again: `gradbook` in the user's cache.

    Raises:
        RuntimeError: the user has no home.
    """
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gradbook"


@contextmanager
def unless_refused(folder: Path) -> Iterator[None]:
    """If what happens within is refused, remove the files that it has added to a folder, and new folders."""
    before = {*folder.rglob("*"), *(each for each in (folder, folder.parent) if each.exists())}
    try:
        yield
    except GraderError:
        for path in sorted([*folder.rglob("*"), folder, folder.parent], reverse=True):
            if path not in before:
                with suppress(OSError):
                    path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        raise


def read_given(path: Path, remedy: str) -> bytes:
    """The bytes of a file that somebody named.

    Raises:
        GraderError: it cannot be read; the reason and the remedy are given.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise GraderError(f"{path}: cannot be read ({error.strerror}); {remedy}") from None


def write_file(path: Path, content: str | bytes, durable: bool = True) -> None:
    """Write a file of an output folder atomically, see `write_atomically`.

    Raises:
        GraderError: it cannot be written.
    """
    try:
        write_atomically(path, content, durable)
    except OSError as error:
        remedy = "mend that and run the same command again; nothing is lost"
        raise GraderError(f"{path}: cannot be written ({error.strerror}); {remedy}") from None


def sources_sha256(folder: Path) -> str:
    """A digest of all files below a folder, compiled modules aside."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold `folder` for this process, and remove what a killed one left unfinished there.

    The lock ends with the process, however that ends.

    Raises:
        GraderError: another process holds it, or it cannot be written.
    """
    import fcntl  # not on Windows, where only students work

    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = (folder / ".lock").open("a+")
    except OSError as error:
        raise GraderError(f"{folder}: cannot be written ({error.strerror}); choose another folder") from None
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            stream.seek(0)
            raise GraderError(
                f"{folder}: process {stream.read().strip() or '?'} is writing there; wait for it"
            ) from None
        stream.truncate(0)
        stream.write(str(os.getpid()))
        stream.flush()
        for path in folder.rglob(f"{UNFINISHED}*"):
            path.unlink(missing_ok=True)
        try:
            yield
        finally:
            fcntl.flock(stream, fcntl.LOCK_UN)  # also for processes forked meanwhile
