"""LaTeX formulas as MathML, which browsers typeset on their own; what cannot be converted stays as its
source.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from grader.core.text import clean

MOST = 2_000  # characters of one formula
NESTING = 40
TAGS = frozenset(
    """math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle mpadded mphantom msub msup msubsup munder mover
    munderover mtable mtr mtd menclose mmultiscripts mprescripts none""".split()
)
WORDS = frozenset(
    """display displaystyle scriptlevel stretchy fence form separator accent accentunder movablelimits largeop symmetric
    columnalign rowalign linethickness mathvariant notation""".split()
)
LENGTHS = frozenset(
    "width height depth lspace rspace voffset minsize maxsize columnspacing rowspacing".split()
)
LENGTH = re.compile(r"\d(\.\d{1,4})?(em|ex)?")  # short and never negative: a formula stays in its place


@lru_cache(maxsize=4096)
def formula(latex: str, display: bool) -> Markup:
    """A formula as `<math>`, or its source as `<code>`."""
    source = Markup('<code class="tex">{}</code>').format(clean(latex.strip()))
    depth = max(_depths(latex), default=0)
    if len(latex) > MOST or depth > NESTING:
        return source
    try:
        from latex2mathml.converter import convert_to_element

        known = re.sub(
            r"\{(?:aligned|split)\}", "{align*}", latex.strip()
        )  # environments that the converter lacks
        return Markup("".join(_written(convert_to_element(known, display="block" if display else "inline"))))
    except Exception:  # whatever a student's formula does to the converter, the page shows the formula
        return source


def _depths(latex: str) -> Iterator[int]:
    depth = 0
    for mark in re.findall(r"[{}\[\]()^_]|\\(?:left|right|begin|end|frac|sqrt)", latex):
        depth += -1 if mark in ("}", "]", ")", "\\right", "\\end") else 1 if mark not in "^_" else 0
        yield depth


def _written(element: Any) -> Iterator[str]:
    """The element with only the tags and attributes that are known to be harmless; all text is escaped."""
    known = element.tag in TAGS
    if known:
        kept = "".join(
            f' {name}="{escape(value)}"' for name, value in element.attrib.items() if _harmless(name, value)
        )
        yield f"<{element.tag}{kept}>"
    yield str(escape(clean(html.unescape(element.text or ""))))
    for child in element:
        yield from _written(child)
        yield str(escape(clean(html.unescape(child.tail or ""))))
    if known:
        yield f"</{element.tag}>"


def _harmless(name: str, value: str) -> bool:
    if name in LENGTHS:
        return LENGTH.fullmatch(value) is not None
    return name in WORDS and re.fullmatch(r"[a-z0-9. -]{1,40}", value) is not None
