"""Find the columns of a Moodle grading worksheet: by Moodle's names for them, else by their content."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from grader.core.errors import GraderError
from grader.core.safe_text import one_line
from grader.exchange.sheet import Sheet, folded, number_in

# Moodle's own names in English, German, Spanish, French, Italian, Portuguese and Dutch.
NAMES = {
    "identifier": "Identifier|ID|Identificador|Identifiant|Identificativo|Identificatie",
    "full name": (
        "Full name|Vollständiger Name|Nombre completo|Nom complet|Nome completo|Cognome Nome|Volledige naam"
    ),
    "email": (
        "Email address|Email|E-Mail-Adresse|Dirección de correo|Dirección Email|Correo electrónico|"
        "Adresse de courriel|Indirizzo email|Endereço de email|Endereço de e-mail|E-mailadres"
    ),
    "ID number": (
        "ID number|ID-Nummer|Número de ID|Numéro d'identification|Codice identificativo|"
        "Número de identificação|Número de identificação (ID)|ID-nummer"
    ),
    "grade": "Grade|Bewertung|Calificación|Note|Valutazione|Nota|Avaliação|Avaliar|Cijfer|Beoordeling",
    "maximum": (
        "Maximum Grade|Maximum mark|Bestwertung|Calificación máxima|Note maximale|Valutazione massima|"
        "Nota máxima|Maximaal cijfer|Maximumcijfer"
    ),
    "scale": "Scale|Skala|Escala|Barème|Scala|Metrica|Schaal",
    "changeable": (
        "Grade can be changed|Bewertung kann geändert werden|La calificación puede ser cambiada|"
        "La note peut être modifiée|La valutazione può essere cambiata|A nota pode ser alterada.|"
        "A nota pode ser alterada|Nota pode ser alterada|Het cijfer kan gewijzigd worden"
    ),
    "graded at": (
        "Last modified (grade)|Zuletzt geändert (Bewertung)|Última modificación (calificación)|"
        "Dernière modification (note)|Ultima modifica (valutazione)|Última modificação (nota)|"
        "Última modificação (avaliação)|Laatst gewijzigd (beoordeling)"
    ),
    "feedback": (
        "Feedback comments|Feedback als Kommentar|Comentarios de retroalimentación|Feedback par commentaires|"
        "Commenti|Comentários de feedback|Feedback via comentários|Comentários|Feedback opmerkingen|"
        "Feedback commentaar"
    ),
}
NO = {"no", "nein", "non", "não", "nee", "nej", "ei", "nie", "ne", "нет", "いいえ", "否"}
YES = {"yes", "ja", "sí", "si", "sì", "oui", "sim", "tak", "ano", "да", "はい", "是"}


@dataclass(frozen=True)
class Worksheet:
    """A grading worksheet: the rows of students, and field (one of `NAMES`) → column for those it has."""

    sheet: Sheet
    rows: tuple[int, ...]
    columns: dict[str, int]

    def value(self, row: int, field: str) -> str:
        """What a row says; "" if the worksheet has no such column."""
        return self.sheet.value(row, self.columns[field]).strip() if field in self.columns else ""

    def maximum(self, row: int) -> float | None:
        """The maximum grade that a row states."""
        return number_in(self.value(row, "maximum"))

    def locked(self, row: int) -> bool:
        """Whether a row says that its grade cannot be changed."""
        return folded(self.value(row, "changeable")) in NO


def read_worksheet(sheet: Sheet) -> Worksheet | None:
    """What can be found of a worksheet in any language; None if there is no column of identifiers."""
    header = list(map(folded, sheet.header))
    rows = tuple(row for row in range(1, len(sheet.rows)) if not sheet.blank(row))
    named = {field: set(map(folded, names.split("|"))) for field, names in NAMES.items()}
    columns = {
        field: header.index(next(name for name in header if name in names))
        for field, names in named.items()
        if names & set(header)
    }

    def fitting(fits: Callable[[list[str]], bool], begin: int = 0, end: int | None = None) -> list[int]:
        """The columns whose cells are all of a kind."""
        indices = range(len(header))[begin:end] if rows else ()
        return [index for index in indices if fits([sheet.value(row, index).strip() for row in rows])]

    def add(field: str, index: int | None) -> None:
        if index is not None and 0 <= index < len(header):
            columns.setdefault(field, index)

    if identifiers := fitting(_identifiers):
        columns["identifier"] = identifiers[0]
    if "identifier" not in columns:
        return None
    after = columns["identifier"] + 1
    add("changeable", next(iter(fitting(_yes_or_no, after)), None))
    # Grades may all be the same too, and stand before their maximum.
    add("maximum", max(fitting(_one_number, after, columns.get("changeable")), default=None))
    if columns.get("maximum", 0) > after:
        add("grade", columns["maximum"] - 1)
    if "graded at" in columns:
        add("feedback", columns["graded at"] + 1)
    add("email", next(iter(fitting(_emails, after)), None))
    if after not in (columns.get("email"), columns.get("grade")):
        add("full name", after)
    return Worksheet(sheet, rows, columns)


def asked_column(sheet: Sheet, header: str) -> int:
    """The column of a header that the instructor named.

    Raises:
        GraderError: there is none, or more than one.
    """
    fitting = [index for index, name in enumerate(sheet.header) if folded(name) == folded(header)]
    if len(fitting) != 1:
        count = len(fitting) or "no"
        raise GraderError(
            f"moodle: {count} columns are called '{one_line(header)}'; choose from {headers(sheet)}"
        )
    return fitting[0]


def headers(sheet: Sheet) -> str:
    """The headers of a sheet, for messages."""
    return ", ".join(one_line(name, 40) for name in sheet.header if name.strip())[:300]


def _identifiers(values: list[str]) -> bool:
    """`Participant 123` in each row: one word, and a number that no other row has."""
    parts = [re.fullmatch(r"(\D+?)\s*(\d+)", value) for value in values]
    words = {match[1] for match in parts if match}
    return all(parts) and len(words) == 1 and len(set(values)) == len(values) and "@" not in next(iter(words))


def _one_number(values: list[str]) -> bool:
    """The same positive number in each row."""
    return (number_in(values[0]) or 0) > 0 and len(set(values)) == 1


def _yes_or_no(values: list[str]) -> bool:
    return all(folded(value) in YES | NO for value in values)


def _emails(values: list[str]) -> bool:
    filled = [value for value in values if value]
    return bool(filled) and all(re.fullmatch(r"\S+@\S+", value) for value in filled)
