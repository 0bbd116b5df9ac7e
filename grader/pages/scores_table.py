"""The class as rows: a CSV file for a spreadsheet, and a table on screen."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection

from rich.table import Table
from rich.text import Text

from grader.core.grades import ClassGrades, Column, Grade, Standing
from grader.core.report import GradeStatus
from grader.core.text import csv_cell, one_line, points, shown_name

ROWS_MOST = 60  # on screen


def scores_csv(grades: ClassGrades) -> str:
    """A row a student; an empty cell is a notebook that was not handed in.

    Text that a spreadsheet would take for a formula gets an apostrophe before it; a row is a line, whatever
    the names.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    named = any(standing.person.name for standing in grades.standings)
    names = ["student", *(["name"] if named else [])]
    writer.writerow([*names, *(csv_cell(column.slug) for column in grades.columns), "total", "max_total"])
    for standing in grades.standings:
        person = standing.person
        who = [csv_cell(person.id), *([csv_cell(person.name)] if named else [])]
        scores = [_in_csv(standing.grades[column.slug]) for column in grades.columns]
        writer.writerow([*who, *scores, points(standing.total), points(standing.max_total)])
    return out.getvalue()


def scores_table(grades: ClassGrades, only: Collection[str] | None = None) -> Table:
    """The class on screen; names are plain text, never markup or terminal codes.

    Args:
        only: the ids of those to show; everybody if None, but not more than a screen or two.
    """
    rows = [standing for standing in grades.standings if only is None or standing.person.id in only]
    most = points(grades.standings[0].max_total) if grades.standings else "0"
    caption = f"max total {most}; – not submitted; ! unreadable; * set by hand; ↓ late"
    if len(rows) > ROWS_MOST:
        caption = f"{len(rows) - ROWS_MOST} more students are in scores.csv and on the class page; {caption}"
        rows = rows[:ROWS_MOST]
    table = Table(caption=caption, caption_justify="left")
    names = [standing.person.called for standing in rows]
    table.add_column("student", overflow="fold", min_width=min(24, max(map(len, names), default=7)))
    for column in grades.columns:
        table.add_column(Text(f"{short_name(column.slug)}\n/ {points(column.points)}"), justify="right")
    unit = "\n%" if grades.weighted else f"\n/ {most}"
    table.add_column(Text(f"total{unit}"), justify="right", style="bold")
    for standing in rows:
        table.add_row(*_row(standing, grades.columns))
    return table


def short_name(slug: str) -> str:
    """The number of an exercise, if its slug begins with one: a column on the screen is narrow."""
    number, _, rest = one_line(slug).partition("_")
    return number if number.isdigit() and rest else one_line(slug)


def _row(standing: Standing, columns: tuple[Column, ...]) -> list[Text]:
    cells = [_cell(standing.grades[column.slug]) for column in columns]
    total = Text(points(standing.total), "magenta" if standing.total is None else "")
    return [Text(shown_name(standing.person.called)), *cells, total]


def _in_csv(grade: Grade) -> str:
    return "" if grade.status == GradeStatus.MISSING else points(grade.score)


def _cell(grade: Grade) -> Text:
    if grade.status == GradeStatus.MISSING:
        return Text("–", "dim")
    if grade.score is None:
        return Text(GradeStatus.UNGRADED, "magenta")
    colour = "green" if grade.score >= grade.max_score else "red" if grade.score <= 0 else "yellow"
    signs = [
        "*" if any(one.score is not None for one in grade.overrides) else "",
        "↓" if grade.days_late else "",
        "!" if grade.report and grade.report.problem else "",
    ]
    marks = "".join(signs)
    return Text(points(grade.score) + (f" {marks}" if marks else ""), colour)
