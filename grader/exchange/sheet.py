"""A delimited file kept byte for byte: rows of raw cells, any of which can be given another value."""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from grader.core.points import two_decimals

DELIMITERS = (",", ";", "\t")
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
NUMBER = re.compile(r"-?\d{1,3}(?:[., \xa0]\d{3})*(?:[.,]\d*)?|-?\d+(?:[.,]\d*)?")


@dataclass(frozen=True)
class Sheet:
    """A file as it was: joining `rows` with `delimiter` and `ends` gives its text back.

    Attributes:
        mark: the byte order mark, or nothing.
        rows: raw cells, quotes and all; `ends`: what ended each row, "" if the file ends without a newline.
        backslash: a quote after a backslash does not end a cell, as PHP writes it.
    """

    mark: bytes
    encoding: str
    delimiter: str
    rows: tuple[tuple[str, ...], ...]
    ends: tuple[str, ...]
    backslash: bool = False

    @property
    def header(self) -> list[str]:
        """What the first row says."""
        return self.values(0) if self.rows else []

    def value(self, row: int, column: int) -> str:
        """What a cell says; "" beyond the row's end."""
        return _value(self.rows[row][column]) if column < len(self.rows[row]) else ""

    def values(self, row: int) -> list[str]:
        """What the cells of a row say."""
        return [_value(raw) for raw in self.rows[row]]

    def blank(self, row: int) -> bool:
        """Whether there is nothing in a row."""
        return not any(value.strip() for value in self.values(row))

    def with_values(self, changed: dict[tuple[int, int], str]) -> "Sheet":
        """The sheet with other values at some (row, column); cells beyond a row's end are added."""
        rows = [list(row) for row in self.rows]
        for (row, column), value in changed.items():
            rows[row] += [""] * (column + 1 - len(rows[row]))
            if _value(rows[row][column]) != value:
                rows[row][column] = self._raw(value, rows[row][column])
        return replace(self, rows=tuple(tuple(row) for row in rows))

    def content(self) -> bytes:
        """The file's bytes; letters that its encoding lacks become HTML references."""
        text = "".join(self.delimiter.join(row) + end for row, end in zip(self.rows, self.ends, strict=True))
        return self.mark + text.encode(self.encoding, "xmlcharrefreplace")

    def _raw(self, value: str, before: str) -> str:
        special = any(sign in value for sign in (self.delimiter, '"', "\r", "\n")) or value != value.strip()
        return '"' + value.replace('"', '""') + '"' if special or before.lstrip().startswith('"') else value


def read_sheet(data: bytes) -> Sheet:
    """A file in the delimiter and dialect in which its rows have the same number of cells.

    Bytes that are not UTF-8 are read as Windows-1252, or, if they are not that either, as Latin-1: nothing is
    lost.
    """
    mark, marked = next(((mark, name) for mark, name in MARKS if data.startswith(mark)), (b"", "utf-8"))
    text, encoding = _decoded(data[len(mark) :], marked)
    return max(
        (_parse(text, mark, encoding, sign, slash) for sign in DELIMITERS for slash in (False, True)),
        key=_fit,
    )


def _decoded(body: bytes, marked: str) -> tuple[str, str]:
    for name in (marked, "cp1252"):
        try:
            return body.decode(name), name
        except UnicodeDecodeError:
            continue
    return body.decode("latin-1"), "latin-1"


def number_in(text: str) -> float | None:
    """A number as people and their systems write it (`17.5`, `17,50`, `1,250.00`), or None."""
    plain = text.strip()
    if not NUMBER.fullmatch(plain):
        return None
    whole, point, rest = re.fullmatch(r"(.*?)(?:([.,])(\d*))?", plain).groups()  # type: ignore[union-attr]
    digits = re.sub(r"[., \xa0]", "", whole)
    return float(f"{digits}.{rest or 0}") if point else float(digits)


def same_number(cell: str, value: float) -> bool:
    """Whether a cell says this number already, at two decimals."""
    there = number_in(cell)
    return there is not None and two_decimals(there) == two_decimals(value)


def decimal_comma(cells: Iterable[str]) -> bool:
    """Whether some of these numbers have a comma before their decimals."""
    return any(
        "," in cell and number_in(cell) is not None and "." not in cell.rpartition(",")[2] for cell in cells
    )


def folded(text: str) -> str:
    """A header for comparing: case, spaces and a byte order mark do not count."""
    return " ".join(text.replace("\ufeff", "").casefold().split())


def _parse(text: str, mark: bytes, encoding: str, delimiter: str, backslash: bool) -> Sheet:
    rows: list[tuple[str, ...]] = []
    ends: list[str] = []
    row: list[str] = []
    for match in _cell_and_end(delimiter, backslash).finditer(text):
        if match[0] or row:  # else it is the empty match after the last newline
            row.append(match[1])
            if match[2] != delimiter:
                rows.append(tuple(row))
                ends.append(match[2])
                row = []
    return Sheet(mark, encoding, delimiter, tuple(rows), tuple(ends), backslash)


def _cell_and_end(delimiter: str, backslash: bool) -> re.Pattern[str]:
    """A quoted cell up to a quote that ends it, otherwise everything before the next delimiter or newline.

    No two alternatives begin alike, so there is one way to read a cell, and a quote that is missing costs no
    more than the cell's length. (`*+` would say the same, but Python before 3.11.4 gets it wrong.)
    """
    stop = rf"[{delimiter}\r\n]"
    inner = r'\\.|[^"\\]|""' if backslash else r'[^"]|""'
    quoted = rf'(?s:"(?:{inner}|"(?!"|{stop}|\Z))*"(?={stop}|\Z))'
    return re.compile(rf"({quoted}|[^{delimiter}\r\n]*)({delimiter}|\r\n|\r|\n|\Z)")


def _fit(sheet: Sheet) -> tuple[bool, int, bool]:
    """How well a dialect explains a file: even rows first, then many columns, then the plainer dialect."""
    widths = {len(row) for row in sheet.rows if row != ("",)}
    first = len(sheet.rows[0]) if sheet.rows else 0
    return len(widths) == 1 and first > 1, first, not sheet.backslash


def _value(raw: str) -> str:
    quoted = len(raw) >= 2 and raw.startswith('"') and raw.endswith('"')
    return raw[1:-1].replace('""', '"') if quoted else raw
