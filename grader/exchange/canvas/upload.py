"""Canvas's gradebook CSV: the instructor's own export filled in, or a small one to import."""

import re

from grader.core.errors import GraderError
from grader.core.grades import ClassGrades, Column, Grade
from grader.core.points import points, two_decimals
from grader.core.safe_text import csv_cell, shown_name, some
from grader.core.students import Person
from grader.exchange.canvas.gradebook import CanvasGradebook, read_gradebook
from grader.exchange.common_parts import csv_bytes, last_and_first, missing, ungraded
from grader.exchange.export import Exported, Options
from grader.exchange.fill_in import Template, fill_in, score_cell, score_for
from grader.exchange.matching import RosterKeys
from grader.exchange.sheet import decimal_comma, folded, number_in, read_sheet, same_number

TITLE_AND_ID = re.compile(r"(?s)(.*)\s\((\d+)\)")
POINTS_POSSIBLE = "    Points Possible"
TIERS = {"Canvas ID": 0, "SIS User ID": 1, "SIS Login ID": 2, "email": 2, "sortable name": 3, "name": 3}


def canvas(grades: ClassGrades, columns: tuple[Column, ...], options: Options) -> Exported:
    """The instructor's gradebook export with our scores in it, or, without a template, a new file.

    Raises:
        GraderError: the file is not a gradebook export, or has no column for any exercise.
    """
    if options.template is None:
        return _new(grades, columns, options)
    gradebook = read_gradebook(read_sheet(options.template))
    if gradebook is None or "Section" not in gradebook.columns:
        remedy = "in Canvas choose Grades, Export, Export Entire Gradebook, and give that file"
        raise GraderError(
            f"canvas: the file is not a gradebook export (no Student, ID and Section in line 1); {remedy}"
        )
    sheet = gradebook.sheet
    targets, left_out = _targets(gradebook, columns, options)
    headed = [*gradebook.students, *([] if gradebook.possible is None else [gradebook.possible])]
    comma = decimal_comma(sheet.value(row, index) for row in headed for index in gradebook.assignments)

    def write(row: int, column: Column, grade: Grade) -> dict[int, str] | str:
        cell = sheet.value(row, targets[column]).strip()
        score = score_for(grade, cell, options)
        if score is None:
            return {}
        if cell.upper() == "EX":
            return "excused (EX) in Canvas; cell left unchanged"
        return score_cell(targets[column], cell, score, comma)

    template = Template(
        sheet, {row: gradebook.known(row) for row in gradebook.students}, RosterKeys(TIERS, _known)
    )
    return fill_in(template, grades, list(targets), options, write, left_out)


def _known(person: Person) -> dict[str, str]:
    values = (person.canvas, person.sis, person.login, person.email, person.sortable, person.name)
    return dict(zip(TIERS, values, strict=True))


def _targets(
    gradebook: CanvasGradebook, columns: tuple[Column, ...], options: Options
) -> tuple[dict[Column, int], list[str]]:
    """Exercise → its column in the file; and what there is to say about it."""
    answers = {column: _target(gradebook, column, options) for column in columns}
    targets = {column: target for column, (target, _) in answers.items() if target is not None}
    notes = [f"{column.slug}: {note}" for column, (_, note) in answers.items() if note]
    if not targets:
        raise GraderError(f"canvas: nothing can be written: {notes[0]}")
    return targets, notes


def _target(gradebook: CanvasGradebook, column: Column, options: Options) -> tuple[int | None, str]:
    """An exercise's column, None if nothing can be written; and what there is to say about it, or ""."""
    fitting = _fitting(gradebook, column, options.columns.get(column.slug, ""))
    if len(fitting) != 1:
        many = f"several columns of the file fit: {some([gradebook.assignments[index] for index in fitting])}"
        why = many if fitting else f"the file has no column '{column.title}'"
        return None, f"{why}; say which with --column {column.slug}=HEADER"
    row = gradebook.possible
    possible = "" if row is None else gradebook.sheet.value(row, fitting[0]).strip()
    if possible and number_in(possible) is None:
        return None, f"its column is {possible.strip('()')} in Canvas; nothing written"
    if possible and not same_number(possible, column.points):
        return fitting[0], f"{possible} points possible in Canvas, {points(column.points)} here; not scaled"
    return fitting[0], ""


def _fitting(gradebook: CanvasGradebook, column: Column, asked: str) -> list[int]:
    """The columns whose header, title or number is what was asked for; else our title, else the slug."""
    names = {index: _header_names(header) for index, header in gradebook.assignments.items()}
    for wanted in [asked] if asked else [column.title, column.slug, column.slug.replace("_", " ")]:
        if fitting := [index for index, known in names.items() if folded(wanted) in known]:
            return fitting
    return []


def _header_names(header: str) -> set[str]:
    parts = TITLE_AND_ID.fullmatch(header)
    return {folded(header), *([folded(parts[1]), parts[2]] if parts else [])}


def _new(grades: ClassGrades, columns: tuple[Column, ...], options: Options) -> Exported:
    """A file of our own with the students who have a score: an empty cell would delete a score in Canvas."""
    people = [standing.person for standing in grades.standings]
    sis, login = any(person.sis for person in people), any(person.login for person in people)
    headers = {column: options.columns.get(column.slug) or column.title for column in columns}
    numbered = {column for column, header in headers.items() if TITLE_AND_ID.fullmatch(header)}
    possible = ["" if column in numbered else two_decimals(column.points) for column in columns]
    keys = ["SIS User ID", "SIS Login ID"] if sis else ["SIS Login ID"] if login else []
    rows = [
        ["Student", "ID", *keys, "Section", *map(csv_cell, headers.values())],
        [POINTS_POSSIBLE, "", *("" for _ in keys), "", *possible],  # Canvas has those of numbered headers
    ]
    left_out = [
        f"{column.slug}: Canvas makes a new assignment '{header}' unless it has one of that title; better "
        f"fill in its own export (--template), or give the header with its number: "
        f"--column '{column.slug}={header} (12345)'"
        for column, header in headers.items()
        if column not in numbered
    ]
    gaps = False
    for standing in grades.standings:
        person = standing.person
        scores = [score_for(standing.grades[column.slug], "", options) for column in columns]
        if all(score is None for score in scores):
            continue
        gaps |= None in scores
        if not (person.canvas or person.sis or person.login):
            name = shown_name(person.called)
            left_out.append(f"{name}: no Canvas ID, SIS ID or login is known; Canvas can only go by the name")
        known = {"SIS User ID": person.sis, "SIS Login ID": person.login}
        sortable = person.sortable or ", ".join(filter(None, last_and_first(person)))
        texts = [sortable, person.canvas, *(known[key] for key in keys), person.section]
        rows.append([*map(csv_cell, texts), *("" if s is None else two_decimals(s) for s in scores)])
    if gaps:
        left_out.append(
            "some cells are empty, and Canvas deletes the scores there; export one --exercise at a time"
        )
    left_out += ungraded(grades, columns, "no score written")
    if not options.missing_as_zero:
        left_out += missing(grades, columns, "no score written")
    return Exported(csv_bytes(rows, "\r\n"), tuple(left_out))
