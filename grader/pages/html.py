"""How our pages are made: templates that escape everything, under a policy that allows only what is ours.

Every value passes through `clean` on its way out (`finalize`), and jinja's autoescape is on. A
Content-Security-Policy allows our style sheet and our script, each by its hash, and nothing else: no other
script, style, picture, frame, form or connection.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.core.points import points
from grader.core.report import Status
from grader.core.safe_text import clean

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
    """What `base.html` needs: the style sheet, the script, and the policy that allows just these."""

    def read(name: str) -> str:
        own = folder / name
        return (own if own.is_file() else TEMPLATES / name).read_text(encoding="utf-8")

    css, code = "".join(map(read, styles)), read(script) if script else ""
    scripts = f"; script-src '{_hash(code)}'" if code else ""
    policy = f"default-src 'none'; base-uri 'none'; {allow}; style-src '{_hash(css)}'{scripts}"
    return {"css": Markup(css), "script": Markup(code), "policy": Markup(policy)}


def _hash(text: str) -> str:
    """How a Content-Security-Policy names a style sheet or a script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _finalize(value: object) -> object:
    """The last stop before escaping: Markup is ours, and in all other text nothing stays invisible."""
    return value if isinstance(value, (Markup, int, float)) else clean(str(value))


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
    made.filters.update(look=Status, points=points)
    return made
