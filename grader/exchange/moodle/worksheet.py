"""Where things are in a Moodle worksheet: by the names that Moodle gives its columns, otherwise by what is in
them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from grader.core.errors import GraderError
from grader.core.text import one_line
from grader.exchange.export import Options
from grader.exchange.sheet import Sheet, folded, number_in

# Moodle's own names in English, German, Spanish, French, Italian, Portuguese and Dutch.
IDENTIFIER = "Identifier|ID|Identificador|Identifiant|Identificativo|Identificatie"
FULL_NAME = (
    "Full name|Vollständiger Name|Nombre completo|Nom complet|Nome completo|Cognome Nome|Nome|Volledige naam"
)
EMAIL = (
    "Email address|Email|E-Mail-Adresse|Dirección de correo|Dirección Email|Correo electrónico|Adresse de courriel|"
    "Indirizzo email|Endereço de email|Endereço de e-mail|E-mailadres"
)
NUMBER = (
    "ID number|ID-Nummer|Número de ID|Numéro d'identification|Codice identificativo|Número de identificação|"
    "Número de identificação (ID)|ID-nummer"
)
GRADE = "Grade|Bewertung|Calificación|Note|Valutazione|Nota|Avaliação|Avaliar|Cijfer|Beoordeling"
MAXIMUM = (
    "Maximum Grade|Maximum mark|Bestwertung|Calificación máxima|Note maximale|Valutazione massima|Nota máxima|"
    "Maximaal cijfer|Maximumcijfer"
)
SCALE = "Scale|Skala|Escala|Barème|Scala|Metrica|Schaal"
CHANGEABLE = (
    "Grade can be changed|Bewertung kann geändert werden|La calificación puede ser cambiada|La note peut être modifiée|"
    "La valutazione può essere cambiata|A nota pode ser alterada.|A nota pode ser alterada|Nota pode ser alterada|"
    "Het cijfer kan gewijzigd worden"
)
GRADED_AT = (
    "Last modified (grade)|Zuletzt geändert (Bewertung)|Última modificación (calificación)|Dernière modification (note)|"
    "Ultima modifica (valutazione)|Última modificação (nota)|Última modificação (avaliação)|Laatst gewijzigd (beoordeling)"
)
FEEDBACK = (
    "Feedback comments|Feedback als Kommentar|Comentarios de retroalimentación|Feedback par commentaires|Commenti|"
    "Comentários de feedback|Feedback via comentários|Comentários|Feedback opmerkingen|Feedback commentaar"
)
NO = {"no", "nein", "non", "não", "nee", "nej", "ei", "nie", "ne", "нет", "いいえ", "否"}
YES = {"yes", "ja", "sí", "si", "sì", "oui", "sim", "tak", "ano", "да", "はい", "是"}


@dataclass(frozen=True)
class Places:
    """Columns by their place from 0, None if the worksheet has no such column; `rows` are those of students."""

    rows: tuple[int, ...]
    identifier: int
    grade: int
    name: int | None
    email: int | None
    number: int | None
    maximum: int | None
    changeable: int | None
    feedback: int | None

    def maximum_in(self, sheet: Sheet, row: int) -> float | None:
        """The maximum grade that a row states."""
        return None if self.maximum is None else number_in(sheet.value(row, self.maximum))

    def locked(self, sheet: Sheet, row: int) -> bool:
        """Whether a row says that its grade cannot be changed."""
        return self.changeable is not None and folded(sheet.value(row, self.changeable)) in NO


def places(sheet: Sheet, options: Options) -> Places:
    """The columns of a worksheet in whatever language.

    Raises:
        GraderError: no identifiers, no grades, or a scale instead of points.
    """
    header = [folded(value) for value in sheet.values(0)] if sheet.rows else []
    rows = tuple(row for row in range(1, len(sheet.rows)) if not sheet.blank(row))

    def named(names: str) -> int | None:
        known = {folded(name) for name in names.split("|")}
        return next((place for place, name in enumerate(header) if name in known), None)

    def in_column(place: int) -> list[str]:
        return [sheet.value(row, place).strip() for row in rows]

    def where(fits: Callable[[list[str]], bool], after: int = 0) -> int | None:
        return next((c for c in range(after, len(header)) if rows and fits(in_column(c))), None)

    identifier = where(_identifiers)
    identifier = named(IDENTIFIER) if identifier is None else identifier
    if identifier is None:
        raise GraderError(
            "moodle: the file is no grading worksheet (no column of identifiers such as 'Participant 12345'); in the "
            "assignment choose View all submissions, Download grading worksheet"
        )
    if named(SCALE) is not None and not options.grade_column:
        raise GraderError(
            "moodle: the assignment has a scale instead of points; set its grade type to Point in Moodle"
        )
    changeable = named(CHANGEABLE)
    changeable = where(_yes_or_no, identifier + 1) if changeable is None else changeable
    maximum = named(MAXIMUM)
    if maximum is None:  # grades may all be the same too, and stand before it
        end = len(header) if changeable is None else changeable
        maximum = max(
            (c for c in range(identifier + 1, end) if rows and _one_number(in_column(c))), default=None
        )
    grade = _asked(sheet, options.grade_column) if options.grade_column else named(GRADE)
    if grade is None and maximum is not None and maximum > identifier + 1:
        grade = maximum - 1
    if grade is None:
        raise GraderError(
            f"moodle: no column of grades found among {_headers(sheet)}; say which with --grade-column HEADER"
        )
    graded_at = named(GRADED_AT)
    feedback = _asked(sheet, options.feedback_column) if options.feedback_column else named(FEEDBACK)
    if feedback is None and graded_at is not None and graded_at + 1 < len(header):
        feedback = graded_at + 1
    name, email = named(FULL_NAME), named(EMAIL)
    email = where(_emails, identifier + 1) if email is None else email
    if name is None and identifier + 1 < len(header) and identifier + 1 not in (email, grade):
        name = identifier + 1
    return Places(rows, identifier, grade, name, email, named(NUMBER), maximum, changeable, feedback)


def _asked(sheet: Sheet, wanted: str) -> int:
    fitting = [place for place, name in enumerate(sheet.values(0)) if folded(name) == folded(wanted)]
    if len(fitting) != 1:
        count = len(fitting) or "no"
        raise GraderError(
            f"moodle: {count} columns are called '{one_line(wanted)}'; choose from {_headers(sheet)}"
        )
    return fitting[0]


def _headers(sheet: Sheet) -> str:
    return ", ".join(one_line(name, 40) for name in sheet.values(0) if name.strip())[:300]


def _identifiers(values: list[str]) -> bool:
    """`Participant 123` in each row: one word, and a number that no other row has."""
    found = [re.fullmatch(r"(\D+?)\s*(\d+)", value) for value in values]
    words = {match[1] for match in found if match}
    return all(found) and len(words) == 1 and len(set(values)) == len(values) and "@" not in next(iter(words))


def _one_number(values: list[str]) -> bool:
    """The same positive number in each row."""
    number = number_in(values[0])
    return number is not None and number > 0 and len(set(values)) == 1


def _yes_or_no(values: list[str]) -> bool:
    return all(folded(value) in YES | NO for value in values)


def _emails(values: list[str]) -> bool:
    filled = [value for value in values if value]
    return bool(filled) and all(re.fullmatch(r"\S+@\S+", value) for value in filled)
