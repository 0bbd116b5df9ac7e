"""How our pages are made: templates that escape everything, a style sheet, and a policy that allows these
alone.

Every value passes through `clean` on its way out (`finalize`) and jinja's autoescape is on. A
Content-Security-Policy allows our style sheet and our script, each by its hash, and nothing else: no other
script, style, picture, frame, form or connection.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import unicodedata
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.core.report import Status
from grader.core.text import clean, one_line, points
from grader.pages.scores_table import NAME_MOST

TEMPLATES = Path(__file__).with_name("templates")
SEALED = "form-action 'none'"  # nothing beyond our own style sheet and script


def render(
    template: str,
    styles: tuple[str, ...] = (),
    script: str = "",
    allow: str = SEALED,
    folder: Path = TEMPLATES,
    **values: object,
) -> str:
    """A page from a template of `folder`, which may extend and import the templates next to this module.

    Args:
        styles: names of our style sheets, in their order, from either folder.
        script: the name of our script, "" for none.
        allow: what the page's policy says beyond the style sheet and the script.
    """
    own = _own(styles, script, allow, folder)
    return _environment(folder).get_template(template).render(**own, **values)


@cache
def _own(styles: tuple[str, ...], script: str, allow: str, folder: Path) -> dict[str, Markup]:
    """What `base.html` needs of a page: its style sheet, its script, and the policy that allows just these."""

    def read(name: str) -> str:
        own = folder / name
        return (own if own.is_file() else TEMPLATES / name).read_text(encoding="utf-8")

    css, code = "".join(map(read, styles)), read(script) if script else ""
    policy = f"default-src 'none'; base-uri 'none'; {allow}; style-src '{_hash(css)}'"
    policy += f"; script-src '{_hash(code)}'" if code else ""
    return {"css": Markup(css), "script": Markup(code), "policy": Markup(policy)}


def _hash(text: str) -> str:
    """How a Content-Security-Policy names a style sheet or a script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def page_name(student: str) -> str:
    """A safe relative path for a student's page: what is left of the name, and a hash that keeps names apart."""
    ascii_name = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-")[:40].strip("-") or "student"
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"students/{slug}-{digest}.html"


def feedback_address(student: str, slug: str) -> str:
    """The address of a feedback page from a page in `students/`, percent-encoded; "" if no folder can have
    that name.
    """
    if student in ("", ".", "..") or "/" in student or os.sep in student or "\0" in student:
        return ""
    try:
        name = student.encode("utf-8", "surrogateescape")  # as the file system has it
    except UnicodeEncodeError:
        return ""
    return f"../feedback/{quote(name, safe='')}/{quote(slug, safe='')}.html"


def called(name: str) -> str:
    """A name to show: one line, and not too long for it."""
    return one_line(name, NAME_MOST)


def short(text: str, most: int = 160) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(clean(text).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _look(status: str) -> tuple[str, str, str]:
    known = Status(status)
    return known.word, known.sign, known.tone


def _finalize(value: object) -> object:
    """The last stop before escaping: Markup is ours, of all other text nothing stays invisible."""
    if isinstance(value, (Markup, int, float)):
        return value
    value = str(value)
    return (
        value if value.isascii() and value.isprintable() else clean(value)
    )  # nearly all text is plain, and many pages


@cache
def _environment(folder: Path) -> Environment:
    """Jinja, with everything escaped and nothing invisible let through."""
    made = Environment(
        loader=FileSystemLoader([folder, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    made.filters.update(look=_look, points=points)
    return made
