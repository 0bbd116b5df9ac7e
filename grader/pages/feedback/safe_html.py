"""The allow-list for HTML made from students' Markdown and formulas; nh3 takes everything else out."""

import re
from functools import cache

import nh3
from markupsafe import Markup

PROSE = (
    "p br h1 h2 h3 h4 h5 h6 em strong s code pre blockquote ul ol li hr a table thead tbody tr th td".split()
)
MATHS = """math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle mpadded mphantom msub msup msubsup
    munder mover munderover mtable mtr mtd menclose mmultiscripts mprescripts none""".split()
WORDS = """display displaystyle scriptlevel stretchy fence form separator accent accentunder movablelimits
    largeop symmetric columnalign rowalign linethickness mathvariant notation""".split()
LENGTHS = "width height depth lspace rspace voffset minsize maxsize columnspacing rowspacing".split()
ADDRESS = re.compile("https?://|mailto:", re.IGNORECASE)  # what a link may begin with
LENGTH = re.compile(r"\d(\.\d{1,4})?(em|ex)?")  # short and never negative: a formula stays in its place


def safe_html(made: str) -> Markup:
    """`made` with only the elements and attributes on the list; the text of all others stays."""
    return Markup(_cleaner().clean(made))


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags={*PROSE, *MATHS},
        clean_content_tags=set(),
        attributes={"a": {"href"}} | {tag: {*WORDS, *LENGTHS} for tag in MATHS},
        attribute_filter=_harmless,
        tag_attribute_values={"code": {"class": {"tex"}}},
        set_tag_attribute_values={"th": {"scope": "col"}},
        link_rel="noopener noreferrer nofollow",
        url_schemes={"http", "https", "mailto"},
    )


def _harmless(tag: str, name: str, value: str) -> str | None:
    """The value of an attribute, None if it is not fit for it."""
    if name == "href":
        fit = ADDRESS.match(value)
    elif name in LENGTHS:
        fit = LENGTH.fullmatch(value)
    else:
        fit = re.fullmatch(r"[a-z0-9. -]{1,40}", value)
    return value if fit else None
