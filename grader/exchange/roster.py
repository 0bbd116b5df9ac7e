"""A roster: who should hand in, read from a CSV file of ours, of Canvas or of Moodle, and who a submission
belongs to.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from grader.core.errors import GraderError
from grader.core.grades import Person

MAX_BYTES = 20 << 20
# What a column is called, in lower case and without punctuation, here and in the languages that we have seen.
HEADERS = {
    "id": ("id", "student", "student id", "studentid"),
    "name": ("name", "full name", "vollständiger name", "nombre completo", "nom complet", "nome completo", "volledige naam"),
    "first": ("first name", "firstname", "vorname", "nombre", "prénom", "nome", "voornaam"),
    "last": ("last name", "lastname", "surname", "nachname", "apellidos", "apellido s", "nom", "cognome", "achternaam"),
    "email": (
        "email", "email address", "e mail", "e mail adresse", "dirección de correo", "adresse de courriel",
        "indirizzo email", "e mailadres",
    ),
    "section": ("section", "group", "gruppe"),
    "canvas": ("canvas", "canvas id"),
    "sis": ("sis", "sis user id", "sis id"),
    "login": ("login", "sis login id", "username", "login id", "anmeldename"),
    "moodle": ("moodle", "id number", "idnumber", "id nummer", "número de id", "numéro d identification"),
    "github": ("github", "github username", "github user"),
}  # fmt: skip
LAST_FIELDS = ("email", "section", "canvas", "sis", "login", "moodle", "github")
IDENTIFIER = re.compile(r"^\D+\d+$")


def read_roster(path: Path) -> list[Person]:
    """The people on a roster.

    Ours has a header line with `id` and any of `name, email, section, canvas, sis, login, moodle, github`. A
    gradebook exported from Canvas, a grading worksheet or a list of participants from Moodle are taken as
    they are.

    Raises:
        GraderError: no such file, no roster, nobody on it, or two people of one id.
    """
    rows = _rows(path)
    header = [_plain(cell) for cell in rows[0]] if rows else []
    if (
        "student" in header
        and "id" in header
        and any(name.startswith("sis") or name == "section" for name in header)
    ):
        found = _from_canvas(header, rows[1:])
    elif header and (people := _from_worksheet(header, rows[1:])):
        found = people
    else:
        found = _from_columns(path, header, rows[1:])
    if not found:
        raise GraderError(f"{path}: nobody is on this roster; it needs a line a student below its header")
    seen: dict[str, int] = {}
    for line, person in enumerate(found, 2):
        if person.id in seen:
            raise GraderError(
                f"{path}: lines {seen[person.id]} and {line} have the same id '{person.id}'; make them differ"
            )
        seen[person.id] = line
    return found


def identify(roster: Sequence[Person], unknown: Person) -> Person | None:
    """Who on the roster that is, by the surest sign that fits exactly one: an id, an address, at last the
    name.
    """
    keys = [unknown.id, unknown.login, unknown.email.partition("@")[0]]
    signs = (
        lambda p: unknown.id == p.id,
        lambda p: bool(unknown.canvas) and unknown.canvas == p.canvas,
        lambda p: bool(unknown.email) and unknown.email.casefold() == p.email.casefold(),
        lambda p: _any_of([unknown.id, unknown.login], [p.id, p.login, p.sis, p.moodle, p.github, p.email]),
        lambda p: _any_of(keys, [p.id, p.login, p.email.partition("@")[0]]),
        lambda p: _any_of(map(_key, [unknown.name, unknown.id]), map(_key, [p.name])),
        lambda p: _any_of(map(_squeezed, [unknown.name]), map(_squeezed, [p.sortable])),
    )
    for sign in signs:
        fitting = [person for person in roster if sign(person)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            return None  # two fit equally well: a weaker sign must not decide
    return None


def _any_of(mine: Iterable[str], theirs: Iterable[str]) -> bool:
    return bool({word.casefold() for word in mine if word} & {word.casefold() for word in theirs if word})


def _key(name: str) -> str:
    """A name for comparison: "Doe, Jane" is "jane doe"."""
    last, comma, first = name.partition(",")
    words = unicodedata.normalize("NFC", f"{first} {last}" if comma else name).casefold().split()
    return " ".join(words)


def _squeezed(name: str) -> str:
    """As Canvas writes names of files: nothing but letters and digits."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", name).casefold())


def _rows(path: Path) -> list[list[str]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        remedy = "give a CSV file with the header id,name,email"
        raise GraderError(f"{path}: cannot be read ({error.strerror}); {remedy}") from None
    if len(data) > MAX_BYTES or b"\0" in data:
        raise GraderError(f"{path}: no CSV file; save the roster as CSV (UTF-8)")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")  # what a spreadsheet writes if nobody tells it otherwise
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = [
            row
            for row in csv.reader(io.StringIO(text), delimiter=delimiter)
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise GraderError(f"{path}: no CSV file ({error}); save the roster as CSV (UTF-8)") from None
    return rows


def _plain(cell: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", cell.casefold()).split())


def _from_canvas(header: list[str], rows: list[list[str]]) -> list[Person]:
    wanted = ("student", "id", "sis user id", "sis login id", "section")
    at = {name: header.index(name) for name in wanted if name in header}
    found = []
    for row in rows:
        cell = {name: row[place].strip() if place < len(row) else "" for name, place in at.items()}
        if not cell["id"].isdigit():
            continue  # "Points Possible", "Manual Posting", the test student
        last, comma, first = cell["student"].partition(",")
        name = f"{first.strip()} {last.strip()}" if comma else cell["student"]
        login, sis = cell.get("sis login id", ""), cell.get("sis user id", "")
        email, section = login if "@" in login else "", cell.get("section", "")
        key = _safe(login or sis or cell["id"])
        found.append(Person(key, name, cell["student"], email, section, cell["id"], sis, login))
    return found


def _from_worksheet(header: list[str], rows: list[list[str]]) -> list[Person]:
    """Moodle's grading worksheet, in any language: "Participant 123" in the first column, addresses in
    another.
    """
    whole = [row for row in rows if len(row) >= len(header)]
    if len(header) < 4 or not whole or not all(IDENTIFIER.match(row[0].strip()) for row in whole):
        return []
    addresses = [place for place in range(1, len(header)) if all("@" in row[place] for row in whole)]
    if not addresses:
        return []  # blind marking: it names nobody
    name, email = (1, addresses[0]) if addresses[0] != 1 else (2, 1)
    return [Person(_safe(row[email].strip()), row[name].strip(), email=row[email].strip()) for row in whole]


def _from_columns(path: Path, header: list[str], rows: list[list[str]]) -> list[Person]:
    at = {
        field: header.index(word)
        for field, words in HEADERS.items()
        for word in words[::-1]
        if word in header
    }
    if not at.keys() & {"id", "email", "login", "moodle"}:
        raise GraderError(f"{path}: no roster that we know; its first line should be: id,name,email")
    found = []
    for line, row in enumerate(rows, 2):
        cell = {field: row[place].strip() if place < len(row) else "" for field, place in at.items()}
        name = cell.get("name") or f"{cell.get('first', '')} {cell.get('last', '')}".strip()
        key = cell.get("id") or cell.get("login") or cell.get("moodle") or cell.get("email", "")
        if not key:
            raise GraderError(f"{path}: line {line} has no id; give one to everybody")
        sortable = f"{cell['last']}, {cell.get('first', '')}" if cell.get("last") else ""
        email, section, canvas, sis, login, moodle, github = (cell.get(field, "") for field in LAST_FIELDS)
        found.append(Person(_safe(key), name, sortable, email, section, canvas, sis, login, moodle, github))
    return found


def _safe(key: str) -> str:
    """An id that can be a folder's name."""
    safe = re.sub(r"[/\\\0]", "_", key).strip()
    return f"_{safe}" if safe in ("", ".", "..") or safe.startswith(".") else safe
