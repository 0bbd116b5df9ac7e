"""Markdown of a notebook as HTML with nothing in it but text, its structure, links that can be read, and
formulas.

Raw HTML is shown as text, pictures are named and not loaded. mistune makes the HTML, bleach takes out
whatever is not on a list, and only then the formulas, made by us, are put in.
"""

from __future__ import annotations

import html
import re
import secrets
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import mistune
from bleach.sanitizer import Cleaner
from markupsafe import Markup, escape
from mistune.plugins.table import table

from grader.core.text import clean
from grader.pages.feedback.formulas import formula

MOST = 20_000  # characters of one cell; a longer one is shown as it was typed
MARKS_MOST = 3_000  # of the characters that Markdown gives a meaning to: they cost time
TAGS = frozenset(
    "p br h1 h2 h3 h4 h5 h6 em strong del code pre blockquote ul ol li hr a span table thead tbody tr th td".split()
)
BLOCK = (
    r"^ {0,3}(?:\$\$(?P<display>(?s:.){1,2000}?)\$\$"
    r"|(?P<whole>\\begin\{(?P<kind>[a-z]{1,12}\*?)\}(?s:.){1,2000}?\\end\{(?P=kind)\}))[ \t]*(?:\n|$)"
)
INLINE = (
    r"\$\$(?P<display_in_line>(?:[^$\\]|\\.|\\\n){1,2000}?)\$\$"
    r"|\$(?![\s$])(?P<in_line>(?:[^$\\]|\\.){1,2000}?)(?<!\s)\$(?!\d)"
)
OUR_ENTITIES = re.compile(r"&(?!(?:amp|lt|gt|quot|#34|#39|#x27);)#?\w{1,32};")
HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>\n?", re.DOTALL)


@dataclass(frozen=True)
class Part:
    """A heading (`level` 1 to 6) or what stands below it (`level` 0); `words` is how the text begins."""

    level: int
    html: Markup
    words: str = ""


@lru_cache(maxsize=1024)
def markdown(text: str) -> Markup:
    """`text` as safe HTML; the same text is rendered once."""
    text = clean(text)
    if len(text) > MOST or len(re.findall(r"[\[\]*_`<>$|~!]", text)) > MARKS_MOST:
        return Markup("<pre>{}</pre>").format(text)
    renderer = _Renderer()
    try:
        made = _parser(renderer)(text)
        bare = _cleaner().clean(str(made))
    except Exception:  # whatever a student's Markdown does to the parser, the page shows the text
        return Markup("<pre>{}</pre>").format(text)
    bare = OUR_ENTITIES.sub(lambda entity: str(escape(html.unescape(entity[0]))), bare)
    bare = re.sub("[^<>&]+", lambda run: clean(run[0]).replace("<", "&lt;").replace(">", "&gt;"), bare)
    bare = bare.replace("<th>", '<th scope="col">').replace(
        "<a href=", '<a rel="noopener noreferrer nofollow" href='
    )
    return Markup(re.sub(rf"{renderer.nonce}-(\d+)-", lambda found: renderer.formulas[int(found[1])], bare))


def parts(text: str) -> list[Part]:
    """`markdown(text)` cut at its headings."""
    found: list[Part] = []
    end = 0
    page = str(markdown(text))
    for heading in HEADING.finditer(page):
        found += _body(page[end : heading.start()])
        found.append(Part(int(heading[1]), Markup(heading[2])))
        end = heading.end()
    return found + _body(page[end:])


def _body(made: str) -> list[Part]:
    if not made.strip():
        return []
    bare = re.sub(r"<math.*?</math>", "…", made[:4000], flags=re.DOTALL)
    words = " ".join(html.unescape(re.sub(r"<[^>]*>?", "", bare)).split()).removeprefix("… ")
    return [Part(0, Markup(made), words if len(words) <= 60 else words[:60].rsplit(" ", 1)[0] + " …")]


class _Renderer(mistune.HTMLRenderer):
    """No raw HTML, no pictures; links show where they lead; formulas leave a mark that no one can guess."""

    def __init__(self) -> None:
        super().__init__(escape=True)
        self.nonce = secrets.token_hex(12)
        self.formulas: list[str] = []

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return f"<span>[picture, not shown: {escape(text) or 'no description'}]</span>"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if not re.match("(?:https?://|mailto:)", url, re.IGNORECASE):
            return f"{text} <span>({escape(url)})</span>"
        shown = f'<a href="{escape(url)}">{text}</a>'
        return shown if str(escape(url)) == text else f"{shown} <span>({escape(url)})</span>"

    def block_code(self, code: str, info: str | None = None) -> str:
        return f"<pre>{escape(code)}</pre>\n"

    def formula(self, latex: str, display: bool) -> str:
        self.formulas.append(str(formula(latex, display)))
        mark = f"{self.nonce}-{len(self.formulas) - 1}-"
        return f"<p>{mark}</p>\n" if display else mark


def _parser(renderer: _Renderer) -> mistune.Markdown:
    parser = mistune.create_markdown(renderer=renderer, plugins=[table, _formulas, "strikethrough"])
    renderer.register("formula", lambda _, latex, display: renderer.formula(latex, display))
    renderer.register("formula_in_line", lambda _, latex: renderer.formula(latex, False))
    return parser


def _formulas(md: mistune.Markdown) -> None:
    """A mistune plugin: `$…$`, `$$…$$` and LaTeX environments, before any other rule can take them apart."""

    def block(_: Any, found: re.Match[str], state: Any) -> int:
        latex = found["whole"] if found["display"] is None else found["display"]
        state.append_token({"type": "formula", "attrs": {"latex": latex, "display": True}})
        return found.end()

    def in_line(_: Any, found: re.Match[str], state: Any) -> int:
        latex = found["in_line"] if found["display_in_line"] is None else found["display_in_line"]
        state.append_token({"type": "formula_in_line", "attrs": {"latex": latex}})
        return found.end()

    md.block.register("formula", BLOCK, block, before="fenced_code")
    md.inline.register("formula", INLINE, in_line, before="escape")


@cache
def _cleaner() -> Cleaner:
    return Cleaner(
        tags=TAGS, attributes={"a": ["href"]}, protocols={"http", "https", "mailto"}, strip_comments=False
    )
