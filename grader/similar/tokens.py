"""Code as tokens that stay the same when it is renamed, reformatted, commented or given other numbers.

The lexer is one regular expression because it has to read what Python's own `tokenize` refuses (half of the
notebooks worth comparing have a syntax error somewhere), and to give the same tokens in every Python version.
"""

import builtins
import keyword
import re
from collections.abc import Iterable, Iterator, Sequence
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
NO_ANSWER = {"import", "from", "pass", "global", "nonlocal", "assert", "@", "...", "print", "display"}
BEGINNINGS = {"def", "class", "return", "import", "from"}  # these close brackets left open on lines above
CONTINUATIONS = {"else", "elif", "except", "finally"}
OPEN, CLOSE = set("([{"), set(")]}")
OWN, NUMBER, STRING = "name", "number", "string"  # what replaces the student's own names, and literals


class Token(NamedTuple):
    """A token, first as written, then normalised; `line` is counted from 1 within its cell."""

    kind: str
    text: str
    cell: int
    line: int


class Statement(NamedTuple):
    """A logical line: a statement without its block; `async` in front of it is left out."""

    indented: bool
    tokens: tuple[Token, ...]

    @property
    def texts(self) -> list[str]:
        return [token.text for token in self.tokens]


class Names(NamedTuple):
    """What the names in a notebook mean.

    Attributes:
        attributes: the student's own methods and fields.
        modules: names that say nothing themselves.
        kept: name → what it stands for: the exercise's, Python's and imported names; others are the
            student's own.
    """

    attributes: set[str]
    modules: set[str]
    kept: dict[str, str]


def chunks(cells: Iterable[tuple[int, str]], given: frozenset[str]) -> list[list[Token]]:
    """The functions and top-level statements of a notebook, a list of tokens each; the order means nothing.

    Args:
        cells: number and source.
        given: names that the exercise gives; others, unless from a library, are taken for the student's own.
    """
    lines: list[Statement] = []
    left = MOST_CHARACTERS
    for number, source in cells:
        lines += statements(number, source[:left])
        left -= min(left, len(source))
    names = _names(lines, given)
    out: list[list[Token]] = [[]]
    last = 0
    for statement in lines:
        first = statement.tokens[0]
        begins = not statement.indented and first.text not in CONTINUATIONS
        if begins or first.cell != last or first.text in ("def", "class"):
            out.append([])
        last = first.cell
        out[-1] += _normalised(statement, names)
    return [chunk for chunk in out if chunk]


def statements(cell: int, source: str) -> Iterator[Statement]:
    """The logical lines of any cell, however broken: brackets never closed end at the next `def`."""
    current: list[Token] = []
    depth = 0
    line, fresh, spaced, indented, skipped = 1, True, False, False, False
    for match in LEXEMES.finditer(source):
        kind, text = str(match.lastgroup), match[0]
        start = line
        line += text.count("\n")
        if kind == "newline":
            fresh, spaced, skipped = True, False, False
            if depth == 0 and current:
                yield Statement(indented, tuple(current))
                current = []
        elif kind == "space":
            spaced |= fresh and "\n" not in text
        elif kind != "comment" and not skipped:
            if current and (text == ";" and depth == 0 or fresh and text in BEGINNINGS and depth):
                yield Statement(indented, tuple(current))
                current, depth = [], 0
            skipped = not current and fresh and text in ("%", "!", "?")  # a magic
            if skipped or text == ";" or text == "async" and not current:
                continue
            indented = indented if current else spaced
            fresh = False
            depth = max(0, depth + (text in OPEN) - (text in CLOSE))
            current.append(Token(kind, text, cell, start))
    if current:
        yield Statement(indented, tuple(current))


def _names(lines: Sequence[Statement], given: frozenset[str]) -> Names:
    own, attributes, assigned, modules = set[str](), set[str](), set[str](), {"self"}
    imported: dict[str, str] = {}
    for statement in lines:
        words = statement.texts
        if words[0] == "import":
            modules |= {part.split()[-1] for part in " ".join(words[1:]).split(",") if part.split()}
        elif words[0] == "from" and "import" in words:
            listed = " ".join(words[words.index("import") + 1 :]).strip("() ").split(",")
            imported |= {part.split()[-1]: part.split()[0] for part in listed if part.split()}
        elif words[0] in ("def", "class") and len(words) > 2:
            (attributes if statement.indented else own).add(words[1])
            assigned |= _header(statement.tokens)[0]
        elif "=" in words[1:]:
            targets = statement.tokens[: words.index("=", 1)]
            if all(token.kind == "name" or token.text in ",()*" for token in targets):
                assigned |= {token.text for token in targets if token.kind == "name"}
        triples = zip(words, words[1:], words[2:], strict=False)
        attributes |= {name for object, dot, name in triples if (object, dot) == ("self", ".")}
    kept = {name: name for name in BUILTINS - assigned - own} | imported | {name: name for name in given}
    return Names(attributes - given, modules, kept)


def _header(tokens: Sequence[Token]) -> tuple[set[str], int]:
    """The parameters of a function, without annotations and defaults, and where its body begins."""
    parameters: set[str] = set()
    depth = 0
    for index, token in enumerate(tokens):
        if depth == 1 and token.kind == "name" and tokens[index - 1].text in ("(", ",", "*", "**"):
            parameters.add(token.text)
        depth += (token.text in OPEN) - (token.text in CLOSE)
        if token.text == ":" and depth <= 0:
            return parameters, index + 1
    return parameters, len(tokens)


def _normalised(statement: Statement, names: Names) -> list[Token]:
    """The tokens that count; none if it answers nothing: imports, prints, docstrings, a bare value."""
    tokens = statement.tokens
    if tokens[0].text in ("def", "class"):  # the name and parameters are the exercise's, or mean nothing
        tokens = tokens[_header(tokens)[1] :]
    if not tokens or tokens[0].text in NO_ANSWER or all(token.kind == "string" for token in tokens):
        return []
    words = [token.text for token in tokens]
    if len(words) == 1 and tokens[0].kind in ("name", "number") and words[0] not in KEYWORDS:
        return []
    if len(words) > 2 and tokens[0].kind == "name" and words[1] == ":" and words[0] not in KEYWORDS:
        value = words.index("=") if "=" in words else len(words)  # x: float = 1.0
        tokens = tokens[:1] + tokens[value:]
    return list(_compared(tokens, names))


def _compared(tokens: Sequence[Token], names: Names) -> Iterator[Token]:
    """The tokens as they are compared, without layout: commas, colons, brackets that only group."""
    depth = 0
    before = nothing = Token("operator", "", 0, 0)
    for token, after in zip(tokens, [*tokens[1:], nothing], strict=True):
        text = token.text
        depth += (text in OPEN) - (text in CLOSE)
        if token.kind == "string":
            text = "" if before.kind == "string" else STRING
        elif token.kind == "number":
            text = NUMBER
        elif token.kind == "name":
            text = _name(text, before.text, after.text, depth, names)
        elif text == "(":
            called = before.text in CLOSE or before.kind == "name" and before.text not in KEYWORDS
            text = "(" if called else ""
        elif text in CLOSE or text in ",:.\\":
            text = ""
        before = token
        if text:
            yield token._replace(text=text)


def _name(text: str, before: str, after: str, depth: int, names: Names) -> str:
    if text in CONSTANTS:
        return NUMBER
    if text in KEYWORDS or before == ".":
        return OWN if text in names.attributes else text
    if text in names.modules and after == ".":
        return ""  # `np.exp` and an imported `exp` are the same
    return text if after == "=" and depth else names.kept.get(text, OWN)
