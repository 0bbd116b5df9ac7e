"""Students' IDs as parts of paths and addresses."""

import hashlib
import os
import re
import unicodedata
from urllib.parse import quote


def safe_name(student: str) -> str:
    """An ID made safe for paths and addresses: what is left of it, and a hash that keeps students apart."""
    ascii_name = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-")[:40].strip("-") or "student"
    return f"{slug}-{hashlib.sha256(student.encode('utf-8', 'surrogatepass')).hexdigest()[:10]}"


def page_name(student: str) -> str:
    """The path of a student's page."""
    return f"students/{safe_name(student)}.html"


def is_folder_name(student: str) -> bool:
    """Whether a folder can have this name."""
    return student not in ("", ".", "..") and not {"/", os.sep, "\0"} & set(student)


def feedback_address(student: str, slug: str) -> str:
    """The address of a feedback page from a page in `students/`, percent-encoded; "" without a folder."""
    if not is_folder_name(student):
        return ""
    try:
        name = student.encode("utf-8", "surrogateescape")  # as the file system has it
    except UnicodeEncodeError:
        return ""
    return f"../feedback/{quote(name, safe='')}/{quote(slug, safe='')}.html"
