"""Students' IDs in paths and addresses."""

from __future__ import annotations

import re

from grader.pages.addresses import feedback_address, page_name, safe_name

NAMES = ["ada", "Ada", "ada ", "../../etc/passwd", "", "..", "张伟", "Zoë", "Zoe", "ada\udcff", "ada\ud83d", "x" * 5000, "<b>"]


def test_every_id_has_a_safe_name_of_its_own() -> None:
    """Letters, digits and hyphens, however the ID looks; two students never share one."""
    assert len({safe_name(name) for name in NAMES}) == len(NAMES)
    for name in NAMES:
        assert re.fullmatch(r"[a-z0-9-]{11,51}", safe_name(name))
        assert page_name(name) == f"students/{safe_name(name)}.html"
    assert safe_name("Zoë").startswith("zoe-") and safe_name("张伟").startswith("student-")


def test_the_address_of_feedback_is_the_folder_percent_encoded() -> None:
    """Bytes that are not UTF-8 are kept; a name that no folder can have has no address."""
    assert feedback_address("a b%", "01_x") == "../feedback/a%20b%25/01_x.html"
    assert feedback_address("\udcff", "x") == "../feedback/%FF/x.html"
    assert {feedback_address(name, "x") for name in ("", ".", "..", "a/b", "a\0b", "\ud83d")} == {""}
