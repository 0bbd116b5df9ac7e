"""Code as a row of tokens that stay the same when it is renamed, reformatted, commented or given other
numbers.

The lexer is one regular expression, because it has to read what Python's own `tokenize` refuses (half of the
notebooks that are worth comparing have a syntax error somewhere) and to give the same tokens in every version
of Python.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

MOST_CHARACTERS = 200_000  # of a notebook; what comes after is not compared
LEXEMES = re.compile(
    r'''
      (?P<comment>\#[^\n]*)
    | (?P<string>(?i:[rbuft]{0,2})(?:
          """(?:\\(?:.|\Z)|[^\\])*?(?:"""|\Z) | \'\'\'(?:\\(?:.|\Z)|[^\\])*?(?:\'\'\'|\Z)
        | "(?:\\(?:.|\Z)|[^"\\\n])*(?:"|(?=\n)|\Z) | '(?:\\(?:.|\Z)|[^'\\\n])*(?:'|(?=\n)|\Z)))
    | (?P<number>0[xXbBoO][\da-fA-F_]+ | (?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?[jJ]?)
    | (?P<name>[^\W\d]\w*)
    | (?P<newline>\n)
    | (?P<space>[ \t\f\r]+|\\\r?\n)
    | (?P<operator>\*\*=|//=|>>=|<<=|\.\.\.|->|:=|[=!<>+\-*/%@&|^]=|\*\*|//|<<|>>|.)
    ''',
    re.VERBOSE | re.DOTALL,
)
KEYWORDS = frozenset(keyword.kwlist)
CONSTANTS = {"True", "False", "None"}
BUILTINS = frozenset(dir(builtins))
IMPORTS = {"import", "from"}
NO_ANSWER = {"import", "from", "pass", "global", "nonlocal", "assert", "@", "...", "print", "display"}
BEGINNINGS = {
    "def",
    "class",
    "return",
    "import",
    "from",
}  # a line that starts so closes brackets left open above it
CONTINUATIONS = {"else", "elif", "except", "finally"}
MANY_LINES = {"newline", "space", "string"}
OPEN, CLOSE = set("([{"), set(")]}")
OWN, NUMBER, STRING = "name", "number", "string"  # what replaces names of one's own and literals


class Lexeme(NamedTuple):
    """A token as it stands; `line` is counted from 1 within its cell."""

    kind: str
    text: str
    line: int


class Token(NamedTuple):
    """A normalised token and where it stands."""

    text: str
    cell: int
    line: int


@dataclass(frozen=True)
class Statement:
    """A logical line: a statement without the lines that belong to its block."""

    cell: int
    indent: int
    lexemes: tuple[Lexeme, ...]

    @property
    def texts(self) -> list[str]:
        return [lexeme.text for lexeme in self.lexemes]


@dataclass(frozen=True)
class Names:
    """What the names in a notebook mean.

    Attributes:
        own, attributes: the student's functions and classes, and methods and fields: they could be called
        anything.
        builtin: Python's, unless the notebook binds them.
        modules: say nothing themselves; `imported`: what a name was called where it comes from.
    """

    given: frozenset[str]
    own: frozenset[str]
    attributes: frozenset[str]
    builtin: frozenset[str]
    modules: frozenset[str]
    imported: dict[str, str]


def chunks(cells: Iterable[tuple[int, str]], given: frozenset[str]) -> list[list[Token]]:
    """The functions and top-level statements of a notebook, a list of tokens each; their order means nothing.

    Args:
        cells: number and source.
        given: names that the exercise gives; all others but those of libraries are taken to be the student's
        own.
    """
    found = list(_bounded_statements(cells))
    names = _names(found, given)
    out: list[list[Token]] = [[]]
    last = 0
    for statement in found:
        words = statement.texts
        begins = statement.indent == 0 and words[0] not in CONTINUATIONS
        if begins or statement.cell != last or words[0] in ("def", "class", "async"):
            out.append([])
        last = statement.cell
        out[-1] += _normalised(statement, names)
    return [chunk for chunk in out if chunk]


def statements(cell: int, source: str) -> Iterator[Statement]:
    """The logical lines of a cell, whatever is in it: brackets that are never closed end at the next `def`."""
    current: list[Lexeme] = []
    depth = indent = column = 0
    line, fresh, skipped = 1, True, False
    for match in LEXEMES.finditer(source):
        kind, text = str(match.lastgroup), match[0]
        start = line
        if kind in MANY_LINES:
            line += text.count("\n")
        if kind == "newline":
            fresh, skipped, column = True, False, 0
            if depth == 0 and current:
                yield Statement(cell, indent, tuple(current))
                current = []
            continue
        if kind == "space":
            column = len(text.expandtabs(4)) if fresh and "\n" not in text else column
            continue
        if kind == "comment" or skipped:
            continue
        if current and (text == ";" and depth == 0 or fresh and text in BEGINNINGS and depth):
            yield Statement(cell, indent, tuple(current))
            current, depth = [], 0
        skipped = not current and fresh and text in ("%", "!", "?")  # a magic
        if skipped or text == ";":
            continue
        if not current:
            indent = column
        fresh = False
        depth = depth + 1 if text in OPEN else max(0, depth - 1) if text in CLOSE else depth
        current.append(Lexeme(kind, text, start))
    if current:
        yield Statement(cell, indent, tuple(current))


def _bounded_statements(cells: Iterable[tuple[int, str]]) -> Iterator[Statement]:
    left = MOST_CHARACTERS
    for number, source in cells:
        yield from statements(number, source[:left])
        left -= min(left, len(source))


def _names(found: Sequence[Statement], given: frozenset[str]) -> Names:
    own: set[str] = set()
    attributes: set[str] = set()
    assigned: set[str] = set()
    modules: set[str] = {"self"}
    imported: dict[str, str] = {}
    for statement in found:
        words = statement.texts
        if words[0] == "import":
            modules |= {part.split()[-1] for part in " ".join(words[1:]).split(",") if part.split()}
        elif words[0] == "from" and "import" in words:
            listed = [
                part.split() for part in " ".join(words[words.index("import") + 1 :]).strip("() ").split(",")
            ]
            imported |= {part[-1]: part[0] for part in listed if part}
        elif words[0] in ("def", "class", "async") and len(words) > 2:
            name = words[1] if words[0] != "async" else words[2]
            (attributes if statement.indent else own).add(name)
            assigned |= _parameters(statement.lexemes)
        elif "=" in words[1:]:
            targets = statement.lexemes[: words.index("=", 1)]
            if all(lexeme.kind == "name" or lexeme.text in ",()*" for lexeme in targets):
                assigned |= {lexeme.text for lexeme in targets if lexeme.kind == "name"}
        attributes |= {
            words[i + 2] for i in range(len(words) - 2) if words[i] == "self" and words[i + 1] == "."
        }
    own, attributes = own - given, attributes - given
    builtin = BUILTINS - assigned - own
    return Names(given, frozenset(own), frozenset(attributes), builtin, frozenset(modules), imported)


def _parameters(header: Sequence[Lexeme]) -> set[str]:
    """The names of a function's parameters, without annotations and defaults."""
    found: set[str] = set()
    depth = 0
    for before, lexeme in zip(header, header[1:], strict=False):
        depth += (before.text in OPEN) - (before.text in CLOSE)
        if depth == 1 and lexeme.kind == "name" and before.text in ("(", ",", "*", "**"):
            found.add(lexeme.text)
    return found


def _normalised(statement: Statement, names: Names) -> list[Token]:
    """The tokens that count; none for what answers nothing: imports, prints, docstrings, a value on its own."""
    lexemes, words = list(statement.lexemes), statement.texts
    if words[0] == "async":
        lexemes, words = lexemes[1:], words[1:]
    if words and words[0] in (
        "def",
        "class",
    ):  # the name and the parameters are the exercise's, or mean nothing
        body = _colon(words) + 1
        lexemes, words = lexemes[body:], words[body:]
    if not words or words[0] in NO_ANSWER or all(lexeme.kind == "string" for lexeme in lexemes):
        return []
    if len(words) == 1 and lexemes[0].kind in ("name", "number") and words[0] not in KEYWORDS:
        return []
    if len(words) > 2 and lexemes[0].kind == "name" and words[1] == ":" and words[0] not in KEYWORDS:
        value = words.index("=") if "=" in words else len(words)  # x: float = 1.0
        lexemes = lexemes[:1] + lexemes[value:]
    texts = _texts(lexemes, names)
    return [
        Token(text, statement.cell, lexeme.line) for text, lexeme in zip(texts, lexemes, strict=True) if text
    ]


def _colon(words: Sequence[str]) -> int:
    """Where the header of a function or class ends."""
    depth = 0
    for place, word in enumerate(words):
        depth += (word in OPEN) - (word in CLOSE)
        if word == ":" and depth <= 0:
            return place
    return len(words)


def _texts(lexemes: Sequence[Lexeme], names: Names) -> list[str]:
    """What each lexeme is compared as; "" for what formatting decides: commas, colons, brackets that only
    group.
    """
    out: list[str] = []
    depth = 0
    for place, (kind, text, _) in enumerate(lexemes):
        before = lexemes[place - 1] if place else Lexeme("operator", "", 0)
        after = lexemes[place + 1].text if place + 1 < len(lexemes) else ""
        if kind == "string":
            out.append("" if before.kind == "string" else STRING)
        elif kind == "number":
            out.append(NUMBER)
        elif kind == "name":
            out.append(_name(text, before.text, after, depth, names))
        elif text in OPEN:
            depth += 1
            called = before.text in CLOSE or before.kind == "name" and before.text not in KEYWORDS
            out.append(text if text != "(" or called else "")
        else:
            depth -= text in CLOSE
            out.append("" if text in CLOSE or text in ",:.\\" else text)
    return out


def _name(text: str, before: str, after: str, depth: int, names: Names) -> str:
    if text in CONSTANTS:
        return NUMBER
    if text in KEYWORDS or before == ".":
        return OWN if text in names.attributes else text
    if text in names.modules and after == ".":
        return ""  # `np.exp` and an imported `exp` are the same
    if after == "=" and depth or text in names.given:
        return text
    if text in names.imported:
        return names.imported[text]
    return text if text in names.builtin else OWN
