"""Source code as HTML, a row for each line, so that "cell 7, line 3" can be found."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from markupsafe import Markup, escape
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

from grader.core.safe_text import clean

COLOURED_MOST = 20_000  # characters; a longer cell is shown in one colour
# Kind of token → class of feedback.css; the first that holds it counts.
KINDS: list[tuple[_TokenType, str]] = [
    (Comment, "c"), (String.Doc, "c"), (String, "s"), (Number, "n"), (Keyword, "k"), (Operator.Word, "k"),
    (Name.Function, "d"), (Name.Class, "d"), (Name.Decorator, "d"),
    (Name.Builtin, "b"), (Name.Exception, "b"),
]  # fmt: skip
LEXER = PythonLexer(stripnl=False, ensurenl=False)


def plain_lines(source: str) -> tuple[Markup, ...]:
    """Each line of `source` in one colour."""
    return tuple(escape(clean(line)) for line in _text(source).split("\n"))


def _text(source: str) -> str:
    return re.sub("\r\n?", "\n", source).rstrip("\n")


@lru_cache(maxsize=1024)
def code_lines(source: str) -> tuple[Markup, ...]:
    """Each line of `source`, coloured by elements of class `c`, `s`, `n`, `k`, `d`, `b` unless it is long."""
    text = _text(source)
    if len(text) > COLOURED_MOST:
        return plain_lines(source)
    lines = [""]
    for kind, value in LEXER.get_tokens(text):
        name = _class_of(kind)
        for number, piece in enumerate(value.split("\n")):
            if number:
                lines.append("")
            if piece:
                shown = str(escape(clean(piece)))
                lines[-1] += f'<span class="{name}">{shown}</span>' if name else shown
    return tuple(map(Markup, lines[:-1] if len(lines) > 1 and not lines[-1] else lines))


def linked(message: str, lines: Mapping[int, int], code: bool = False) -> Markup:
    """A message with its "cell 7, line 3" as links to `#cell-7-line-3`.

    Args:
        lines: number of each cell on the page → how many lines it has there.
        code: whether `names` in it are set as code.
    """
    made = with_code(message) if code else escape(clean(message))

    def link(match: re.Match[str]) -> str:
        cell, line = int(match[1]), int(match[2])
        known = 1 <= line <= lines.get(cell, 0)
        return f'<a href="#cell-{cell}-line-{line}">{match[0]}</a>' if known else match[0]

    return Markup(re.sub(r"\bcell (\d{1,4}), line (\d{1,6})\b", link, made))


def with_code(sentence: str) -> Markup:
    """A sentence whose `names` are set as code."""
    marked = Markup("<code>{}</code>")
    pieces = enumerate(re.split("`([^`\n]{1,200})`", clean(sentence)))
    return Markup("").join(marked.format(piece) if number % 2 else piece for number, piece in pieces)


@cache
def _class_of(kind: _TokenType) -> str:
    return next((name for part, name in KINDS if kind in part), "")
