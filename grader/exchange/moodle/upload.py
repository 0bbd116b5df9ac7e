"""Moodle's offline grading worksheet, filled in: of the teacher's file only grades and comments change."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from grader.core.errors import GraderError
from grader.core.grades import ClassGrades, Column, Grade, Person
from grader.core.report import GradeStatus
from grader.core.text import clean, points, shown_name, two_decimals
from grader.exchange.export import Exported, Options, missing, only, ungraded
from grader.exchange.matching import Key, match
from grader.exchange.moodle.worksheet import Places, places
from grader.exchange.sheet import Sheet, number_in, read_sheet, same_number

OURS = re.compile(r"(?s)<div class=['\"]gradbook['\"]>.*?</div>")


@dataclass(frozen=True)
class Row:
    """What is to be written into one row."""

    score: float
    feedback: str


def moodle(grades: ClassGrades, exercise: str | None, template: bytes | None, options: Options) -> Exported:
    """The worksheet of one assignment with our scores and comments in it, every other byte as it was.

    Raises:
        GraderError: no worksheet, one for another maximum grade or with a scale, or columns that cannot be
        found.
    """
    column = only(grades, exercise, "moodle")
    if template is None:
        raise GraderError(
            "moodle: needs the assignment's grading worksheet; download it and give it with --template"
        )
    sheet = read_sheet(template)
    place = places(sheet, options)
    left_out: list[str] = []
    ratio = _ratio(sheet, place, column, options, left_out)
    people = [standing.person for standing in grades.standings]
    by_id = {standing.person.id: standing.grades[column.slug] for standing in grades.standings}
    keys = _keys(by_id)
    rows = {row: _known(sheet, place, row) for row in place.rows}
    matches = match(rows, people, keys)
    comma = _decimal_comma(sheet, place)
    changed: dict[tuple[int, int], str] = {}
    for row, person in matches.found.items():
        grade = by_id[person.id]
        wanted = _row(sheet, place, row, grade, ratio, options)
        if wanted is None:
            continue
        if refused := _refused(sheet, place, row, wanted.score, column):
            left_out.append(f"{shown_name(person.called)}: {refused}")
            continue
        if not same_number(sheet.value(row, place.grade), wanted.score):
            changed[row, place.grade] = two_decimals(wanted.score, comma)
        if place.feedback is not None and options.comments and wanted.feedback:
            changed[row, place.feedback] = _beside(sheet.value(row, place.feedback), wanted.feedback)
    if place.feedback is None and options.comments:
        left_out.append("the worksheet has no column for feedback comments; only grades are written")
    left_out += ungraded(grades, [column], "its row is left as it was")
    if not options.missing_as_zero:
        left_out += missing(grades, [column], "their rows are left as they were")
    scored = [person for person in people if by_id[person.id].score is not None]
    left_out += [*matches.doubtful, *matches.without_row(scored, keys)]
    return Exported(sheet.with_values(changed).content(), tuple(left_out))


def feedback_text(grade: Grade) -> str:
    """What the student reads in Moodle: a line for each question, then what people wrote and what lateness
    cost.

    HTML on one line, without double quotes, backslashes or anything else that an importer may take amiss.
    """
    lines = []
    for question, score in grade.question_scores():
        line = f"{question.name}: {points(score, 'open')} of {points(question.max_score)}"
        if grade.overridden(question.name):
            line += " (set by hand)"
        diagnoses = list(dict.fromkeys(test.diagnosis for test in question.tests if test.diagnosis))
        lines.append(_safe(line + (f". This looks like: {'; '.join(diagnoses)}" if diagnoses else "")))
    for comment in grade.comments:
        lines.append(_safe(f"{comment.question}: {comment.comment}" if comment.question else comment.comment))
    if grade.override:
        lines.append(_safe(f"The score was set by hand: {points(grade.override.score)}"))
    if grade.note:
        lines.append(_safe(grade.note))
    return f"<div class='gradbook'><p>{'<br>'.join(lines)}</p></div>" if lines else ""


def _safe(text: str) -> str:
    """Text as HTML in which no quote, backslash or newline is left to be misread."""
    escaped = html.escape(clean(text)).replace("\\", "&#92;")
    return "<br>".join(escaped.splitlines()).replace("\t", " ")


def _beside(there: str, ours: str) -> str:
    """The comment with our part in it: in the place of an earlier one, otherwise after what the teacher
    wrote.
    """
    if OURS.search(there):
        return OURS.sub(lambda _: ours, there, count=1)
    return there + ours


def _ratio(sheet: Sheet, place: Places, column: Column, options: Options, left_out: list[str]) -> float:
    """By what a score is multiplied to be a grade of this worksheet."""
    maximum = next((n for row in place.rows if (n := place.maximum_in(sheet, row)) is not None), None)
    if maximum is None:
        if place.rows:
            left_out.append("the worksheet does not say its maximum grade; points are written as they are")
        return 1.0
    if two_decimals(maximum) == two_decimals(column.points) or column.points <= 0:
        return 1.0
    ours, theirs = points(column.points), points(maximum)
    if not options.scale:
        raise GraderError(
            f"moodle: {column.slug} is out of {ours} points and the worksheet's maximum grade is {theirs}; "
            f"set the assignment's maximum grade to {ours} in Moodle and download it again, or say --scale"
        )
    left_out.append(f"{column.slug}: scores out of {ours} are written out of {theirs}, in proportion")
    return maximum / column.points


def _row(sheet: Sheet, place: Places, row: int, grade: Grade, ratio: float, options: Options) -> Row | None:
    if grade.score is not None:
        return Row(grade.score * ratio, feedback_text(grade))
    if (
        grade.status == GradeStatus.MISSING
        and options.missing_as_zero
        and not sheet.value(row, place.grade).strip("- ")
    ):
        return Row(0.0, "")
    return None


def _refused(sheet: Sheet, place: Places, row: int, score: float, column: Column) -> str:
    """Why Moodle would not take a grade, or ""."""
    if place.locked(sheet, row):
        return f"{column.slug}: the worksheet says that the grade cannot be changed; row left as it was"
    maximum = place.maximum_in(sheet, row)
    if maximum is not None and float(two_decimals(score)) > maximum:
        return f"{column.slug}: Moodle does not take {points(score)}, only up to {points(maximum)}; row left as it was"
    return ""


def _keys(grades: dict[str, Grade]) -> tuple[Key, ...]:
    def participant(person: Person) -> str:
        return grades[person.id].participant

    return (
        Key("participant", participant, 0),
        Key("ID number", lambda person: person.moodle, 1),
        Key("email", lambda person: person.email, 2),
        Key("full name", lambda person: person.name, 3),
    )


def _known(sheet: Sheet, place: Places, row: int) -> dict[str, str]:
    def value(column: int | None) -> str:
        return sheet.value(row, column).strip() if column is not None else ""

    digits = re.search(r"\d+$", value(place.identifier))
    return {
        "participant": digits.group() if digits else "",
        "full name": value(place.name),
        "email": value(place.email),
        "ID number": value(place.number),
    }


def _decimal_comma(sheet: Sheet, place: Places) -> bool:
    columns = [column for column in (place.grade, place.maximum) if column is not None]
    cells = [sheet.value(row, column).strip() for row in place.rows for column in columns]
    return any(
        "," in cell and number_in(cell) is not None and "." not in cell.rpartition(",")[2] for cell in cells
    )
