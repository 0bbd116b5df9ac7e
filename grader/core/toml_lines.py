"""Where a key stands in a TOML text: TOML parsers do not tell lines, and whoever mends a file needs them."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator

Key = tuple[str | int, ...]  # ("question", 0, "hints"): the hints of the first [[question]]


def line_of(text: str, key: Key) -> int:
    """The line where a key or a table begins in a valid text; of what it is in, where it is missing."""
    lines: dict[Key, int] = {(): 1}
    count: Counter[Key] = Counter()  # how often [[name]] was there
    table: Key = ()
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


def _keys(value: object, key: Key) -> Iterator[Key]:
    """The keys of everything inside a value."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in parts:
        yield (*key, name)
        yield from _keys(inner, (*key, name))
