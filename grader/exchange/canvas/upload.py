"""Canvas' gradebook CSV: the teacher's own export filled in, or a small one to import."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from grader.core.errors import GraderError
from grader.core.grades import ClassGrades, Column, Grade, Person
from grader.core.report import GradeStatus
from grader.core.text import csv_cell, points, shown_name, two_decimals, utf8
from grader.exchange.export import (
    Exported,
    Options,
    chosen,
    missing,
    some,
    ungraded,
)
from grader.exchange.matching import Key, match
from grader.exchange.sheet import Sheet, folded, number_in, read_sheet, same_number

STUDENT_COLUMNS = (
    "Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account", "Section",
)  # fmt: skip
# What Canvas works out itself; its importer passes over every header that has one of these in it.
TOTALS = re.compile(r"(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
TITLE_AND_ID = re.compile(r"(?s)(.*)\s\((\d+)\)")
NOT_A_STUDENT = re.compile(r"\s*(Muted|Manual Posting.*)?\s*", re.IGNORECASE)
POINTS_POSSIBLE = "    Points Possible"
KEYS = (
    Key("Canvas ID", lambda person: person.canvas, 0),
    Key("SIS User ID", lambda person: person.sis, 1),
    Key("SIS Login ID", lambda person: person.login, 2),
    Key("email", lambda person: person.email, 2),
    Key("sortable name", lambda person: person.sortable, 3),
    Key("name", lambda person: person.name, 3),
)


@dataclass(frozen=True)
class Layout:
    """Where things are in a gradebook export: header → column, and the row of the points possible (None:
    there is none).
    """

    columns: dict[str, int]
    assignments: dict[int, str]
    possible: int | None
    students: tuple[int, ...]


def canvas(grades: ClassGrades, exercise: str | None, template: bytes | None, options: Options) -> Exported:
    """The teacher's gradebook export with our scores in it, every other byte as it was; without one, a new
    file.

    Raises:
        GraderError: the file is no gradebook export, or has no column for any exercise.
    """
    columns = chosen(grades, exercise)
    return _new(grades, columns, options) if template is None else _filled(grades, columns, template, options)


def _filled(grades: ClassGrades, columns: tuple[Column, ...], template: bytes, options: Options) -> Exported:
    sheet = read_sheet(template)
    layout = _layout(sheet)
    places, left_out = _places(sheet, layout, columns, options)
    rows = {row: _known(sheet, layout, row) for row in layout.students}
    rows = {
        row: known
        for row, known in rows.items()
        if folded(known["name"]) != "student, test" or known["SIS User ID"]
    }
    people = [standing.person for standing in grades.standings]
    matches = match(rows, people, KEYS)
    by_id = {standing.person.id: standing for standing in grades.standings}
    comma = _decimal_comma(sheet, layout)
    changed: dict[tuple[int, int], str] = {}
    for row, person in matches.found.items():
        for column, place in places.items():
            grade, cell = by_id[person.id].grades[column.slug], sheet.value(row, place).strip()
            score = _score(grade, cell, options)
            if score is None:
                continue
            if cell.upper() == "EX":
                left_out.append(
                    f"{shown_name(person.called)}: excused (EX) from {column.slug} in Canvas; cell left as it was"
                )
            elif not same_number(cell, score):
                changed[row, place] = two_decimals(score, comma)
    left_out += ungraded(grades, list(places), "cell left as it was")
    if not options.missing_as_zero:
        left_out += missing(grades, list(places), "cells left as they were")
    scored = [
        p for p in people if any(by_id[p.id].grades[column.slug].score is not None for column in places)
    ]
    left_out += [*matches.doubtful, *matches.without_row(scored, KEYS)]
    return Exported(sheet.with_values(changed).content(), tuple(left_out))


def _score(grade: Grade, cell: str, options: Options) -> float | None:
    """What to write; 0 for nothing handed in only if asked for, and never over what the teacher has there."""
    if grade.status == GradeStatus.MISSING and options.missing_as_zero and cell in ("", "-"):
        return 0.0
    return grade.score


def _layout(sheet: Sheet) -> Layout:
    header = [value.strip() for value in sheet.values(0)] if sheet.rows else []
    columns = {name: header.index(name) for name in STUDENT_COLUMNS if name in header}
    names = "Student" in columns or {"LastName", "FirstName"} <= columns.keys()
    if not names or not {"ID", "Section"} <= columns.keys():
        remedy = "in Canvas choose Grades, Export, Export Entire Gradebook, and give that file"
        raise GraderError(
            f"canvas: the file is no gradebook export (no Student, ID and Section in line 1); {remedy}"
        )
    assignments = {
        place: name
        for place, name in enumerate(header)
        if place > columns["Section"] and name and not TOTALS.search(name)
    }
    possible, students = None, []
    for row in range(1, len(sheet.rows)):
        if "Points Possible" in sheet.value(row, 0):
            possible = row
        elif not all(NOT_A_STUDENT.fullmatch(value) for value in sheet.values(row)):
            students.append(row)
    return Layout(columns, assignments, possible, tuple(students))


def _places(
    sheet: Sheet, layout: Layout, columns: tuple[Column, ...], options: Options
) -> tuple[dict[Column, int], list[str]]:
    """Exercise → its column in the file, and why some have none."""
    places: dict[Column, int] = {}
    left_out: list[str] = []
    for column in columns:
        fitting = _fitting(layout, column, options.columns.get(column.slug, ""))
        if len(fitting) != 1:
            many = some([layout.assignments[place] for place in fitting])
            why = (
                f"several columns of the file fit: {many}"
                if fitting
                else f"the file has no column '{column.title}'"
            )
            left_out.append(f"{column.slug}: {why}; say which with --column {column.slug}=HEADER")
            continue
        possible = sheet.value(layout.possible, fitting[0]).strip() if layout.possible is not None else ""
        if possible and number_in(possible) is None:
            left_out.append(
                f"{column.slug}: Canvas has its column as {possible.strip('()')}; nothing written"
            )
            continue
        if possible and not same_number(possible, column.points):
            left_out.append(
                f"{column.slug}: {possible} points possible in Canvas, {points(column.points)} here; written as they are"
            )
        places[column] = fitting[0]
    if not places:
        raise GraderError(f"canvas: nothing can be written: {left_out[0]}")
    return places, left_out


def _fitting(layout: Layout, column: Column, asked: str) -> list[int]:
    """The columns whose header, or its title or number, is what was asked for; otherwise our title, otherwise
    the slug.
    """
    names = {place: {folded(header), *_parts(header)} for place, header in layout.assignments.items()}
    for wanted in [asked] if asked else [column.title, column.slug, column.slug.replace("_", " ")]:
        if fitting := [place for place, mine in names.items() if folded(wanted) in mine]:
            return fitting
    return []


def _parts(header: str) -> list[str]:
    found = TITLE_AND_ID.fullmatch(header)
    return [folded(found[1]), found[2]] if found else []


def _known(sheet: Sheet, layout: Layout, row: int) -> dict[str, str]:
    """What a row says of its student; Canvas writes a name that begins with = as a formula that gives it."""

    def value(name: str) -> str:
        text = sheet.value(row, layout.columns[name]).strip() if name in layout.columns else ""
        return text[2:-1] if text.startswith('="') and text.endswith('"') else text

    last, first = value("LastName"), value("FirstName")
    name = value("Student") or (f"{last}, {first}" if last or first else "")
    login = value("SIS Login ID")
    return {
        "sortable name": name,
        "name": f"{first} {last}" if last or first else name,
        "Canvas ID": value("ID"),
        "SIS User ID": value("SIS User ID"),
        "SIS Login ID": login,
        "email": login if "@" in login else "",
    }


def _decimal_comma(sheet: Sheet, layout: Layout) -> bool:
    """Whether the file's own numbers have a comma before their decimals."""
    rows = [*layout.students, *([] if layout.possible is None else [layout.possible])]
    return any(
        re.fullmatch(r"\d+,\d+", sheet.value(row, place).strip())
        for row in rows
        for place in layout.assignments
    )


def _new(grades: ClassGrades, columns: tuple[Column, ...], options: Options) -> Exported:
    """A file of our own: students with a score, because an empty cell would take away a score that Canvas
    has.
    """
    people = [standing.person for standing in grades.standings]
    sis, login = any(person.sis for person in people), any(person.login for person in people)
    keys = ["SIS User ID", "SIS Login ID"] if sis else ["SIS Login ID"] if login else []
    headers = {column: options.columns.get(column.slug) or column.title for column in columns}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["Student", "ID", *keys, "Section", *(csv_cell(header) for header in headers.values())])
    known = {
        column for column, header in headers.items() if TITLE_AND_ID.fullmatch(header)
    }  # Canvas has their points
    possible = ["" if column in known else two_decimals(column.points) for column in columns]
    writer.writerow([POINTS_POSSIBLE, "", *("" for _ in keys), "", *possible])
    left_out: list[str] = []
    for column, header in headers.items():
        if column not in known:
            left_out.append(
                f"{column.slug}: Canvas makes a new assignment '{header}' unless it has one of that title; better fill in "
                f"its own export (--template), or give the header with its number: --column '{column.slug}={header} (12345)'"
            )
    by_id = {standing.person.id: standing for standing in grades.standings}
    gaps = False
    for person in people:
        scores = [by_id[person.id].grades[column.slug] for column in columns]
        cells = [
            "" if (score := _score(grade, "", options)) is None else two_decimals(score) for grade in scores
        ]
        if not any(cells):
            continue
        gaps |= not all(cells)
        if not (person.canvas or person.sis or person.login):
            left_out.append(
                f"{shown_name(person.called)}: no Canvas ID, SIS ID or login is known; Canvas can only go by the name"
            )
        values = {"SIS User ID": person.sis, "SIS Login ID": person.login}
        name = csv_cell(person.sortable or _sortable(person))
        more = [*(values[key] for key in keys), person.section]
        writer.writerow([name, csv_cell(person.canvas), *map(csv_cell, more), *cells])
    if gaps:
        left_out.append(
            "some cells are empty, and Canvas takes away what it has there; better one --exercise at a time"
        )
    left_out += ungraded(grades, columns, "no score written")
    if not options.missing_as_zero:
        left_out += missing(grades, columns, "no score written")
    return Exported(utf8(out.getvalue()), tuple(left_out))


def _sortable(person: Person) -> str:
    first, _, last = person.called.rpartition(" ")
    return f"{last}, {first}" if first else person.called
