"""A notebook of any size without its outputs, which are not the answer; read in pieces, never held whole."""

import re
from collections.abc import Iterable

LEFT_OUT = {b"outputs", b"attachments", b"widgets"}  # of cells and, for widgets, of the metadata
DEPTH = 6  # brackets around a cell's own fields at most
MOST_KEY = 40  # bytes
IN_TEXT = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
TO_MARK = re.compile(rb'[^"\[\]{}:]*+')
TO_BRACKET = re.compile(rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)


DEEPEST = 1_000  # lists within lists; no notebook has so many, and the standard library reads no more


class StillTooLarge(Exception):
    """What is left is over the limit, or it is nested too deeply."""


def without_outputs(pieces: Iterable[bytes], most: int) -> bytes:
    """The JSON in `pieces` with empty lists and objects for outputs and attachments, in linear time.

    What is not JSON comes out as something that is not JSON either.

    Raises:
        StillTooLarge: more than `most` bytes are left, or lists stand too deep in each other.
    """
    reader = _JsonReader(most)
    for piece in pieces:
        reader.read(piece)
    reader.kept.append(reader.rest)
    return b"".join(reader.kept)


class _JsonReader:
    """Where the reading is; while something is left out, `until` is how deep it stands."""

    def __init__(self, most: int) -> None:
        self.kept: list[bytes] = []
        self.rest = b""  # a backslash at the end of a piece
        self.size, self.most = 0, most
        self.depth, self.until = 0, -1
        self.in_text = False
        self.key = self.text = b""

    def read(self, piece: bytes) -> None:
        data, self.rest = self.rest + piece, b""
        start = position = 0  # from `start` on it is not decided yet whether it is kept
        while position < len(data):
            if self.in_text:
                end = _end(IN_TEXT, data, position)
                if end < len(data) and data[end : end + 1] == b"\\":  # what it escapes is in the next piece
                    self._note(data[position:end])
                    self._keep(data[start:end])
                    self.rest = data[end:]
                    return
                self._note(data[position:end])
                self.in_text, position = end >= len(data), end + 1
                continue
            end = _end(TO_BRACKET if self.until >= 0 else TO_MARK, data, position)
            mark = data[end : end + 1]
            position = end + 1
            if mark == b'"':
                self.in_text, self.text = True, b""
            elif mark == b":":
                self.key = self.text
            elif mark in (b"[", b"{"):
                if self.until < 0 and self.key in LEFT_OUT and self.depth <= DEPTH:
                    self._keep(data[start:position])
                    self.until = self.depth
                self.key = b""
                self.depth += 1
                if self.depth > DEEPEST:
                    raise StillTooLarge
            elif mark:
                self.depth -= 1
                self.key = b""
                if self.depth == self.until:
                    self.until, start = -1, end
        if self.until < 0:
            self._keep(data[start:])

    def _note(self, part: bytes) -> None:
        if len(self.text) <= MOST_KEY:
            self.text += part[: MOST_KEY + 1]

    def _keep(self, part: bytes) -> None:
        if self.until < 0:
            self.kept.append(part)
            self.size += len(part)
            if self.size > self.most:
                raise StillTooLarge


def _end(pattern: re.Pattern[bytes], data: bytes, position: int) -> int:
    """Where a match that may be empty ends."""
    match = pattern.match(data, position)
    return match.end() if match else position
