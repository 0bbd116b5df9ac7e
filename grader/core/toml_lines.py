"""Where a key stands in a TOML text: TOML parsers do not tell lines, and whoever mends a file needs them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

Key = tuple[str | int, ...]  # ("question", 0, "hints"): the hints of the first [[question]]


def line_of(text: str, key: Key) -> int:
    """The line where a key or a table begins in a valid text; of what it is in, where it is missing."""
    lines: dict[Key, int] = {(): 1}
    last: dict[Key, int] = {}  # array of tables → index of its latest table
    table: Key = ()
    for number, statement, content in statements(text):
        if statement.lstrip().startswith("["):
            table = _table(content, last)
            keys = [table[: depth + 1] for depth in range(len(table))]
        else:
            keys = list(_keys(content, table))
        for inner in keys:
            lines.setdefault(inner, number)
    while key not in lines:
        key = key[:-1]
    return lines[key]


def statements(text: str) -> Iterator[tuple[int, str, dict[str, object]]]:
    """(first line, text, content) of each table header and each key with its value, of any number of lines.

    A statement parses alone, and no shorter beginning of it does. What never parses comes last, without content.
    """
    first, statement = 1, ""
    for number, line in enumerate(text.split("\n"), 1):
        statement += f"{line}\n"
        try:
            yield first, statement, tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        first, statement = number + 1, ""
    if statement:
        yield first, statement, {}


def _table(header: object, last: dict[Key, int]) -> Key:
    """The key of the table that a header opens; `last` is brought up to date."""
    key: Key = ()
    while isinstance(header, dict) and header:
        ((name, header),) = header.items()
        key += (name,)
        if isinstance(header, list):  # [[name]]
            last[key] = last.get(key, -1) + 1
        if key in last:
            key += (last[key],)
    return key


def _keys(value: object, key: Key) -> Iterator[Key]:
    """The keys of everything inside a value."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in parts:
        yield (*key, name)
        yield from _keys(inner, (*key, name))
