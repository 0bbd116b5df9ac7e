"""Read hostile zips: within bounds, without writing anything; a bad member affects only itself."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from grader.core.notebook import MAX_BYTES, MAX_FILE, UnreadableNotebook, bounded

MEMBERS = 200_000
TOTAL = 8 << 30  # bytes, unpacked, of everything in one intake
SWELLING = 250  # times: what swells more than that, and is over 1 MB, is a bomb
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # LZMA may ask for gigabytes before its first byte
DIRECTORY_ENTRY = b"PK\x01\x02"
UTF8_NAME = 0x800
ENCRYPTED = 0x1
BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, OverflowError, struct.error,
)  # fmt: skip


class Refused(Exception):
    """Something that is not read; the message says why."""


class Archives:
    """The zips of one intake: one of them is open at a time, and they share a limit on unpacked bytes."""

    def __init__(self, total: int = TOTAL) -> None:
        self._left = total
        self._open: tuple[Path | io.BytesIO, zipfile.ZipFile] | None = None

    def close(self) -> None:
        """Close the one that is open."""
        if self._open is not None:
            self._open[1].close()
        self._open = None

    def opened(self, source: Path | io.BytesIO) -> zipfile.ZipFile:
        """A zip, open."""
        if self._open is None or self._open[0] != source:
            self.close()
            self._open = source, zipfile.ZipFile(source)
        return self._open[1]

    def spend(self, count: int) -> None:
        """Count unpacked bytes.

        Raises:
            Refused: there were too many in all.
        """
        self._left -= count
        if self._left < 0:
            raise Refused(f"the archives unpack to more than {TOTAL >> 30} GB in total")


class Archive:
    """One zip, on disk or in memory.

    Raises:
        Refused: it is not a zip, or has too many members.
    """

    def __init__(self, source: Path | bytes, archives: Archives) -> None:
        if isinstance(source, bytes) and source.count(DIRECTORY_ENTRY) > MEMBERS:
            raise Refused(f"the archive has more than {MEMBERS} members")
        self._source = io.BytesIO(source) if isinstance(source, bytes) else source
        self._archives = archives
        try:
            self._infos = archives.opened(self._source).infolist()
        except PermissionError as error:
            raise Refused(f"it cannot be read ({error.strerror})") from None
        except BROKEN:
            raise Refused("it is not a zip archive, or it is damaged") from None
        if len(self._infos) > MEMBERS:
            raise Refused(f"the archive has {len(self._infos)} members; the limit is {MEMBERS}")

    def members(self) -> Iterator[tuple[tuple[str, ...], zipfile.ZipInfo, str]]:
        """(path in the archive, member, why it is refused or "") of every file; folders are left out.

        The path has neither empty parts nor dots; for a refused member it is for messages only.
        """
        for info in self._infos:
            name = member_name(info)
            parts = tuple(part for part in name.split("/") if part not in ("", "."))
            if not info.is_dir() and not name.endswith("/") and parts:
                yield parts, info, _refusal(info, name, parts)

    def read(self, info: zipfile.ZipInfo, most: int = MAX_BYTES) -> bytes:
        """The content of a member; of a notebook over the usual limit all but its outputs.

        Raises:
            Refused: it is too large, damaged, locked, or packed in an unusual way.
        """
        large = info.file_size > most == MAX_BYTES
        self._check(info, MAX_FILE if large else most)
        self._archives.spend(info.file_size)
        try:
            if large:
                with self._archives.opened(self._source).open(info) as stream:
                    return bounded(stream, info.file_size)
            return self._archives.opened(self._source).read(info)  # never more than the declared size
        except UnreadableNotebook as problem:
            raise Refused(str(problem)) from None
        except BROKEN:
            raise Refused("it is damaged in the archive") from None

    def start(self, info: zipfile.ZipInfo, size: int) -> bytes:
        """The first bytes of a member.

        Raises:
            Refused: as for `read`.
        """
        self._check(info, MAX_FILE)
        try:
            with self._archives.opened(self._source).open(info) as stream:
                return stream.read(size)
        except BROKEN:
            raise Refused("it is damaged in the archive") from None

    def _check(self, info: zipfile.ZipInfo, most: int) -> None:
        if info.flag_bits & ENCRYPTED:
            raise Refused("it is password-protected")
        if info.compress_type not in METHODS:
            raise Refused("it uses an unsupported compression method; zip it again with the usual one")
        if info.file_size > most:
            raise Refused(f"it is {info.file_size >> 20} MB; the limit is {most >> 20} MB")
        if info.file_size > 1 << 20 and info.file_size > SWELLING * max(info.compress_size, 1):
            raise Refused(f"it would unpack to more than {SWELLING} times its size (a zip bomb)")


def member_name(info: zipfile.ZipInfo) -> str:
    """A member's name with `/` between its parts; unmarked UTF-8 (macOS, Info-ZIP) is recognised."""
    name = info.filename
    if not info.flag_bits & UTF8_NAME and not name.isascii():
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = info.filename
    return name.replace("\\", "/")


def _refusal(info: zipfile.ZipInfo, name: str, parts: tuple[str, ...]) -> str:
    if name.startswith("/") or ".." in parts or (len(parts[0]) == 2 and parts[0][1] == ":"):
        return "its path leads outside the archive"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "it is a link; links are not followed"
    return "" if kind in (0, stat.S_IFREG) else "it is not a regular file"
