"""Moodle's offline grading worksheet, filled in: of the instructor's file only grades and comments change."""

import html
import re
from dataclasses import replace

from grader.core.errors import GraderError
from grader.core.grades import ClassGrades, Column, Grade
from grader.core.points import points, two_decimals
from grader.core.safe_text import clean
from grader.core.students import Person
from grader.exchange.common_parts import remark
from grader.exchange.export import Exported, Options
from grader.exchange.fill_in import Template, fill_in, score_cell, score_for
from grader.exchange.matching import RosterKeys
from grader.exchange.moodle.worksheet import Worksheet, asked_column, headers, read_worksheet
from grader.exchange.sheet import decimal_comma, read_sheet

TIERS = {"participant": 0, "ID number": 1, "email": 2, "full name": 3}
OURS = re.compile(r"(?s)<div class=['\"]gradbook['\"]>.*?</div>")


def moodle(grades: ClassGrades, columns: tuple[Column, ...], options: Options) -> Exported:
    """The worksheet of one assignment with our scores and comments in it, every other byte unchanged.

    Raises:
        GraderError: no worksheet, one for another maximum grade or with a scale, or columns are not found.
    """
    if len(columns) > 1:
        slugs = ", ".join(column.slug for column in columns)
        raise GraderError(f"moodle: a worksheet is for one exercise; say which with --exercise: {slugs}")
    worksheet = _worksheet(options)
    sheet, grade_column = worksheet.sheet, worksheet.columns["grade"]
    feedback_column = worksheet.columns.get("feedback")
    ratio, left_out = _ratio(worksheet, columns[0], options)
    if feedback_column is None and options.comments:
        left_out.append("the worksheet has no column for feedback comments; only grades are written")
    comma = decimal_comma(
        worksheet.value(row, field) for row in worksheet.rows for field in ("grade", "maximum")
    )

    def write(row: int, column: Column, grade: Grade) -> dict[int, str] | str:
        cell = worksheet.value(row, "grade")
        score = score_for(grade, cell, options)
        if score is None:
            return {}
        if refused := _refused(worksheet, row, score * ratio):
            return refused
        cells = score_cell(grade_column, cell, score * ratio, comma)
        ours = feedback_text(grade) if grade.score is not None and options.comments else ""
        if ours and feedback_column is not None:
            cells[feedback_column] = _with_ours(sheet.value(row, feedback_column), ours)
        return cells

    participants = {
        standing.person.id: standing.grades[columns[0].slug].participant for standing in grades.standings
    }

    def known(person: Person) -> dict[str, str]:
        values = (participants[person.id], person.moodle, person.email, person.name)
        return dict(zip(TIERS, values, strict=True))

    rows = {row: _known(worksheet, row) for row in worksheet.rows}
    return fill_in(Template(sheet, rows, RosterKeys(TIERS, known)), grades, columns, options, write, left_out)


def feedback_text(grade: Grade) -> str:
    """What the student reads in Moodle: a line for each question, comments, and what lateness cost.

    HTML on one line, without double quotes, backslashes or anything else that an importer may misread; "" if
    nothing was graded.
    """
    lines = []
    for question, score in grade.question_scores():
        line = f"{question.name}: {points(score, 'open')} of {points(question.max_score)}"
        if grade.overridden(question.name):
            line += " (set by hand)"
        looks = f". This looks like: {'; '.join(question.diagnoses)}" if question.diagnoses else ""
        lines.append(line + looks)
    lines += map(remark, grade.comments)
    if grade.override:
        lines.append(f"The score was set by hand: {points(grade.override.score)}")
    if grade.note:
        lines.append(grade.note)
    return f"<div class='gradbook'><p>{'<br>'.join(map(_safe, lines))}</p></div>" if lines else ""


def _safe(text: str) -> str:
    """Text as HTML in which no quote, backslash or newline is left to be misread."""
    escaped = html.escape(clean(text)).replace("\\", "&#92;")
    return "<br>".join(escaped.splitlines()).replace("\t", " ")


def _with_ours(comment: str, ours: str) -> str:
    """The comment with our part in it: in place of an earlier one, else after what the instructor wrote."""
    replaced, count = OURS.subn(lambda _: ours, comment, count=1)
    return replaced if count else comment + ours


def _worksheet(options: Options) -> Worksheet:
    """The instructor's worksheet, with a column of grades.

    Raises:
        GraderError: there is no worksheet, it has a scale instead of points, or a column is not found.
    """
    if options.template is None:
        raise GraderError(
            "moodle: needs the assignment's grading worksheet; download it and give it with --template"
        )
    worksheet = read_worksheet(read_sheet(options.template))
    if worksheet is None:
        raise GraderError(
            "moodle: the file is not a grading worksheet (it has no column of 'Participant 12345'); "
            "in the assignment choose View all submissions, Download grading worksheet"
        )
    if "scale" in worksheet.columns and not options.grade_column:
        raise GraderError(
            "moodle: the assignment has a scale instead of points; set its grade type to Point in Moodle"
        )
    asked = {"grade": options.grade_column, "feedback": options.feedback_column}
    chosen = {field: asked_column(worksheet.sheet, header) for field, header in asked.items() if header}
    worksheet = replace(worksheet, columns=worksheet.columns | chosen)
    if "grade" not in worksheet.columns:
        known = headers(worksheet.sheet)
        raise GraderError(
            f"moodle: no column of grades found among {known}; say which with --grade-column HEADER"
        )
    return worksheet


def _ratio(worksheet: Worksheet, column: Column, options: Options) -> tuple[float, list[str]]:
    """What a score is multiplied by to be a grade of this worksheet, and what is to be said of it."""
    maximum = next((most for row in worksheet.rows if (most := worksheet.maximum(row)) is not None), None)
    if maximum is None:
        unknown = "the worksheet does not say its maximum grade; points are written as they are"
        return 1.0, [unknown] if worksheet.rows else []
    if two_decimals(maximum) == two_decimals(column.points) or column.points <= 0:
        return 1.0, []
    ours, theirs = points(column.points), points(maximum)
    if not options.scale:
        raise GraderError(
            f"moodle: {column.slug} is out of {ours} points and the worksheet's maximum grade is {theirs}; "
            f"set the assignment's maximum grade to {ours} in Moodle and download it again, or say --scale"
        )
    scaled = f"{column.slug}: scores out of {ours} are written out of {theirs}, in proportion"
    return maximum / column.points, [scaled]


def _refused(worksheet: Worksheet, row: int, score: float) -> str:
    """Why Moodle would not take a grade, or ""."""
    if worksheet.locked(row):
        return "the worksheet says that the grade cannot be changed; row left unchanged"
    maximum = worksheet.maximum(row)
    if maximum is not None and float(two_decimals(score)) > maximum:
        return f"Moodle does not take {points(score)}, only up to {points(maximum)}; row left unchanged"
    return ""


def _known(worksheet: Worksheet, row: int) -> dict[str, str]:
    """What a row says of its student."""
    digits = re.search(r"\d+$", worksheet.value(row, "identifier"))
    fields = ("full name", "email", "ID number")
    return {
        "participant": digits[0] if digits else "",
        **{field: worksheet.value(row, field) for field in fields},
    }
