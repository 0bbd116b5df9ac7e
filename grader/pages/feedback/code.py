"""Source code as HTML, a line a row, so that "cell 7, line 3" can be found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any

from markupsafe import Markup, escape
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

from grader.core.text import clean

COLOURED_MOST = 20_000  # characters; a longer cell is shown in one colour
# Kind of token → class of feedback/page.css; the first that holds it counts.
KINDS: list[tuple[_TokenType, str]] = [
    (Comment, "c"), (String.Doc, "c"), (String, "s"), (Number, "n"), (Keyword, "k"), (Operator.Word, "k"),
    (Name.Function, "d"), (Name.Class, "d"), (Name.Decorator, "d"), (Name.Builtin, "b"), (Name.Exception, "b"),
]  # fmt: skip


@lru_cache(maxsize=1024)
def code_lines(source: str) -> tuple[Markup, ...]:
    """Each line of `source`, coloured by elements of class `c`, `s`, `n`, `k`, `d`, `b`."""
    text = re.sub("\r\n?", "\n", source).rstrip("\n")
    tokens: Iterable[tuple[_TokenType | None, str]] = [(None, text)]
    if len(text) <= COLOURED_MOST:
        tokens = _lexer().get_tokens(text)
    lines: list[list[str]] = [[]]
    for kind, value in tokens:
        name = _class_of(kind)
        for place, piece in enumerate(value.split("\n")):
            if place:
                lines.append([])
            if piece:
                shown = escape(clean(piece))
                lines[-1].append(f'<span class="{name}">{shown}</span>' if name else shown)
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    return tuple(Markup("".join(line)) for line in lines)


@cache
def _class_of(kind: _TokenType | None) -> str:
    return next((name for part, name in KINDS if kind is not None and kind in part), "")


def linked(message: str, lines: dict[int, int]) -> Markup:
    """A message with its "cell 7, line 3" as links to `#cell-7-line-3`.

    Args:
        lines: number of every cell on the page → how many lines it has there.
    """
    return Markup("").join(_pieces(clean(message), lines))


def with_code(sentence: str) -> Markup:
    """A sentence whose `names` are set as code."""
    marked = Markup("<code>{}</code>")
    pieces = enumerate(re.split("`([^`\n]{1,200})`", clean(sentence)))
    return Markup("").join(marked.format(piece) if place % 2 else piece for place, piece in pieces)


def _pieces(text: str, lines: dict[int, int]) -> Iterator[str | Markup]:
    end = 0
    for place in re.finditer(r"\bcell (\d{1,4}), line (\d{1,6})\b", text):
        cell, line = int(place[1]), int(place[2])
        if 1 <= line <= lines.get(cell, 0):
            yield text[end : place.start()]
            yield Markup(f'<a href="#cell-{cell}-line-{line}">cell {cell}, line {line}</a>')
            end = place.end()
    yield text[end:]


@cache
def _lexer() -> Any:
    return PythonLexer(stripnl=False, ensurenl=False)
