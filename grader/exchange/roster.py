"""Read a roster (who is in the class) from a CSV file of ours, of Canvas or of Moodle."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from grader.core.errors import GraderError
from grader.core.files import read_given
from grader.core.students import Person
from grader.exchange.canvas.gradebook import CanvasGradebook, read_gradebook
from grader.exchange.moodle.worksheet import NAMES, Worksheet, read_worksheet
from grader.exchange.sheet import Sheet, read_sheet

MAX_BYTES = 20 << 20
# Our names of columns, and those of lists of participants in the languages that we have seen.
HEADERS = {
    "id": "id|student|student id|studentid",
    "name": f"name|{NAMES['full name']}",
    "first": "first name|firstname|vorname|nombre|prénom|nome|voornaam",
    "last": "last name|lastname|surname|nachname|apellidos|apellido s|nom|cognome|achternaam",
    "email": f"email|e mail|{NAMES['email']}",
    "section": "section|group|gruppe",
    "canvas": "canvas|canvas id",
    "sis": "sis|sis user id|sis id",
    "login": "login|sis login id|username|login id|anmeldename",
    "moodle": f"moodle|idnumber|{NAMES['ID number']}",
    "github": "github|github username|github user",
}


def read_roster(path: Path) -> list[Person]:
    """The people on a roster.

    Ours has a header line with `id` and any of `name, email, section, canvas, sis, login, moodle, github`. A
    gradebook exported from Canvas, or a grading worksheet or list of participants from Moodle, will do too.

    Raises:
        GraderError: no such file, not a roster, no student on it, or two people with the same id.
    """
    sheet = read_sheet(_content(path))
    header = list(map(_plain, sheet.header))
    columns = _columns(header)
    if gradebook := read_gradebook(sheet):
        listed = list(_from_canvas(gradebook))
    elif len(columns) < len(header) and (worksheet := read_worksheet(sheet)) and _names_everybody(worksheet):
        listed = list(_from_worksheet(worksheet))
    else:
        listed = list(_from_columns(path, sheet, columns))
    if not listed:
        raise GraderError(f"{path}: nobody is on this roster; it needs one line per student below its header")
    seen: dict[str, int] = {}
    for row, person in listed:
        if person.id in seen:
            lines = f"lines {seen[person.id]} and {row + 1}"
            raise GraderError(f"{path}: {lines} have the same id '{person.id}'; make them differ")
        seen[person.id] = row + 1
    return [person for _, person in listed]


def _content(path: Path) -> bytes:
    data = read_given(path, "give a CSV file with the header id,name,email")
    if len(data) > MAX_BYTES or b"\0" in data:
        raise GraderError(f"{path}: not a CSV file; save the roster as CSV (UTF-8)")
    return data.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")


def _columns(header: list[str]) -> dict[str, int]:
    """Field → its column, by the first of its names that the header has."""
    known = {field: [_plain(name) for name in names.split("|")] for field, names in HEADERS.items()}
    there = {field: [name for name in names if name in header] for field, names in known.items()}
    return {field: header.index(names[0]) for field, names in there.items() if names}


def _plain(header: str) -> str:
    """A header in lower case and without punctuation."""
    return " ".join(re.sub(r"[\W_]+", " ", header.casefold()).split())


def _from_canvas(gradebook: CanvasGradebook) -> Iterator[tuple[int, Person]]:
    for row in gradebook.students:
        known = gradebook.known(row)
        number, sis, login = known["Canvas ID"], known["SIS User ID"], known["SIS Login ID"]
        if number.isdigit():
            sortable = known["sortable name"]
            last, comma, first = sortable.partition(",")
            name = f"{first.strip()} {last.strip()}" if comma else sortable
            section, key = gradebook.value(row, "Section"), _safe(login or sis or number)
            yield row, Person(key, name, sortable, known["email"], section, number, sis, login)


def _names_everybody(worksheet: Worksheet) -> bool:
    """Whether every row has an address; with blind marking none has."""
    return bool(worksheet.rows) and all("@" in worksheet.value(row, "email") for row in worksheet.rows)


def _from_worksheet(worksheet: Worksheet) -> Iterator[tuple[int, Person]]:
    for row in worksheet.rows:
        email = worksheet.value(row, "email")
        yield row, Person(_safe(email), worksheet.value(row, "full name"), email=email)


def _from_columns(path: Path, sheet: Sheet, columns: dict[str, int]) -> Iterator[tuple[int, Person]]:
    if not columns.keys() & {"id", "email", "login", "moodle"}:
        raise GraderError(f"{path}: not a known kind of roster; its first line should be: id,name,email")
    for row in range(1, len(sheet.rows)):
        if sheet.blank(row):
            continue
        cell = {
            field: sheet.value(row, columns[field]).strip() if field in columns else "" for field in HEADERS
        }
        key = cell["id"] or cell["login"] or cell["moodle"] or cell["email"]
        if not key:
            raise GraderError(f"{path}: line {row + 1} has no id; give every student one")
        name = cell["name"] or f"{cell['first']} {cell['last']}".strip()
        sortable = f"{cell['last']}, {cell['first']}" if cell["last"] else ""
        yield row, Person(
            _safe(key), name, sortable, cell["email"], cell["section"], cell["canvas"], cell["sis"],
            cell["login"], cell["moodle"], cell["github"],
        )  # fmt: skip


def _safe(key: str) -> str:
    """An id that can be a folder's name."""
    safe = re.sub(r"[/\\\0]", "_", key).strip()
    return f"_{safe}" if safe in ("", ".", "..") or safe.startswith(".") else safe
