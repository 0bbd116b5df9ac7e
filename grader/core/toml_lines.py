"""Where a key stands in a TOML text: parsers do not tell, and whoever mends the file has to find it."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator

KeyPath = tuple[str | int, ...]  # ("question", 0, "hints"): the hints of the first [[question]]


def line_of(text: str, key: KeyPath) -> int:
    """The line where a key or table begins in a valid text; if it is missing, where its table begins."""
    lines: dict[KeyPath, int] = {(): 1}
    count: Counter[KeyPath] = Counter()  # tables in each [[array of tables]] so far
    table: KeyPath = ()
    for number, statement, content in statements(text):
        keys = list(_keys(content, table))
        if statement.lstrip().startswith("["):
            *_, table = _keys(content, ())
            if table[-1] == 0:  # [[name]]
                count[table] += 1
                table = (*table[:-1], count[table] - 1)
            keys = [table[: depth + 1] for depth in range(len(table))]
        for inner in keys:
            lines.setdefault(inner, number)
    while key not in lines:
        key = key[:-1]
    return lines[key]


def statements(text: str) -> Iterator[tuple[int, str, dict[str, object]]]:
    """(first line, text, content) of each table header and each key with its value, of any number of lines.

    A statement parses on its own, and no shorter beginning of it does. A rest that never parses has no content.
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


def _keys(value: object, key: KeyPath) -> Iterator[KeyPath]:
    """The keys of everything inside a value."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in parts:
        yield (*key, name)
        yield from _keys(inner, (*key, name))
