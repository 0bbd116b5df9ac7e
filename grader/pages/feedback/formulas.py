"""LaTeX formulas as MathML, which browsers typeset on their own; what cannot be converted stays LaTeX."""

import html
import re
from functools import lru_cache
from itertools import accumulate
from xml.etree.ElementTree import tostring

from markupsafe import Markup

from grader.core.safe_text import clean
from grader.pages.feedback.safe_html import safe_html

MOST = 2_000  # characters of one formula
NESTING = 40
MARK = r"[{}\[\]()]|\\(?:left|right|begin|end|frac|sqrt)"


@lru_cache(maxsize=4096)
def formula(latex: str, display: bool) -> Markup:
    """A formula as `<math>`, or its source as `<code>`."""
    source = Markup('<code class="tex">{}</code>').format(clean(latex.strip()))
    if len(latex) > MOST or _depth(latex) > NESTING:
        return source
    try:
        from latex2mathml.converter import convert_to_element

        known = re.sub(r"\{(?:aligned|split)\}", "{align*}", latex.strip())  # the converter lacks these
        element = convert_to_element(known, display="block" if display else "inline")
        for node in element.iter():  # the converter writes signs as entities
            node.text, node.tail = _text(node.text), _text(node.tail)
        return safe_html(tostring(element, encoding="unicode"))
    except Exception:  # no formula of a student's breaks the page
        return source


def _depth(latex: str) -> int:
    """How deeply brackets and commands are nested."""
    steps = (-1 if mark in ("}", "]", ")", "\\right", "\\end") else 1 for mark in re.findall(MARK, latex))
    return max(accumulate(steps), default=0)


def _text(text: str | None) -> str:
    return clean(html.unescape(text or ""))
