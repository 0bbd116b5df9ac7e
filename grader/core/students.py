"""Students' IDs: as part of a path and of an address, and matched to patterns."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable
from fnmatch import fnmatch
from urllib.parse import quote


def safe_name(student: str) -> str:
    """An ID that is safe in a path and an address: what is left of it, and a hash that keeps students apart."""
    ascii_name = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-")[:40].strip("-") or "student"
    return f"{slug}-{hashlib.sha256(student.encode('utf-8', 'surrogatepass')).hexdigest()[:10]}"


def page_name(student: str) -> str:
    """The path of a student's page."""
    return f"students/{safe_name(student)}.html"


def feedback_address(student: str, slug: str) -> str:
    """The address of a feedback page, percent-encoded, from a page in `students/`; "" if there is no such folder."""
    if student in ("", ".", "..") or "/" in student or os.sep in student or "\0" in student:
        return ""
    try:
        name = student.encode("utf-8", "surrogateescape")  # as the file system has it
    except UnicodeEncodeError:
        return ""
    return f"../feedback/{quote(name, safe='')}/{quote(slug, safe='')}.html"


def fits(globs: Iterable[str], *names: str) -> bool:
    """Whether one of a student's names, ID or real name, fits one of the patterns that `--student` was given."""
    return any(fnmatch(name, glob) for glob in globs for name in names if name)
