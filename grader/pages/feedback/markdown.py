"""Markdown of a notebook as HTML that holds only text, its structure, links that can be read, and formulas.

Raw HTML is shown as text, pictures are named and not loaded. markdown-it makes the HTML, and nh3 has the last
word.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from grader.core.safe_text import clean
from grader.pages.feedback.formulas import formula
from grader.pages.feedback.safe_html import ADDRESS, safe_html

MOST = 20_000  # characters of one cell; a longer one is shown as it was typed
MARKS_MOST = 3_000  # of the characters that Markdown gives a meaning to: they cost time
WORDS_MOST = 60  # characters


@dataclass(frozen=True)
class Part:
    """A heading (`level` 1 to 6) or what stands below it (`level` 0); `words` is how the text begins."""

    level: int
    html: Markup
    words: str = ""


@lru_cache(maxsize=1024)
def markdown(text: str) -> Markup:
    """`text` as safe HTML."""
    heading = Markup("<h{0}>{1}</h{0}>\n")
    return Markup("").join(heading.format(p.level, p.html) if p.level else p.html for p in parts(text))


@lru_cache(maxsize=1024)
def parts(text: str) -> tuple[Part, ...]:
    """`text` as safe HTML, cut at its headings; the same text is rendered once."""
    text = clean(text)
    if len(text) <= MOST and len(re.findall(r"[\[\]*_`<>$|~!]", text)) <= MARKS_MOST:
        try:
            return tuple(_parts(text))
        except Exception:  # no Markdown of a student's breaks the page
            pass
    return tuple(_body(Markup("<pre>{}</pre>").format(text)))


def _parts(text: str) -> Iterator[Part]:
    tokens = _parser().parse(text)
    start = 0
    for number, token in enumerate(tokens):
        if token.type == "heading_open" and not token.level:
            yield from _body(_rendered(tokens[start:number]))
            yield Part(int(token.tag[1]), _rendered(tokens[number + 1 : number + 2]))
            start = number + 3
    yield from _body(_rendered(tokens[start:]))


def _body(made: Markup) -> Iterator[Part]:
    if made.strip():
        bare = re.sub(r"<math.*?</math>", "…", made[:4000], flags=re.DOTALL)
        words = " ".join(html.unescape(re.sub(r"<[^>]*>?", "", bare)).split()).removeprefix("… ")
        yield Part(
            0, made, words if len(words) <= WORDS_MOST else words[:WORDS_MOST].rsplit(" ", 1)[0] + " …"
        )


def _rendered(tokens: Sequence[Token]) -> Markup:
    parser = _parser()
    return safe_html(parser.renderer.render(tokens, parser.options, {}))


@cache
def _parser() -> MarkdownIt:
    """markdown-it with tables and strikethrough, without raw HTML; `$…$`, `$$…$$` and LaTeX environments."""
    parser = MarkdownIt("js-default")
    dollarmath_plugin(
        parser,
        allow_labels=False,
        allow_space=False,
        double_inline=True,
        renderer=lambda latex, options: formula(latex, options["display_mode"]),
    )
    amsmath_plugin(parser, renderer=lambda latex: formula(latex, True))
    parser.core.ruler.push("readable", _make_readable)
    return parser


def _make_readable(state: StateCore) -> None:
    """Clean all text, also where entities wrote it; headings within a list or a quotation are paragraphs."""
    for token in state.tokens:
        token.content = clean(token.content)
        if token.level and token.type in ("heading_open", "heading_close"):
            token.tag = "p"
        token.children = list(_readable(token.children or []))


def _readable(tokens: Iterable[Token]) -> Iterator[Token]:
    """Pictures are named, links say where they lead; links that a browser would not open are only text."""
    address = words = ""
    for token in tokens:
        token.content = clean(token.content)
        if token.type == "image":
            name = "".join(clean(child.content) for child in token.children or []) or "no description"
            token = Token("text", "", 0, content=f"[picture, not shown: {name}]")
        if token.type == "link_open":
            address, words = str(token.attrs["href"]), ""
        if ADDRESS.match(address) or token.type not in ("link_open", "link_close"):
            yield token
        if token.type == "link_close" and words != address:
            yield Token("text", "", 0, content=f" ({address})")
        words += token.content
