"""The scores of the class: a CSV file for a spreadsheet, and a table on screen."""

import csv
import io
from collections.abc import Collection

from rich.table import Table
from rich.text import Text

from grader.core.grades import ClassGrades, Grade
from grader.core.points import points
from grader.core.report import GradeStatus
from grader.core.safe_text import csv_cell, one_line, shown_name

ROWS_MOST = 60  # on screen


def scores_csv(grades: ClassGrades) -> str:
    """A row for each student; an empty cell is a notebook that was not handed in.

    Text that a spreadsheet would take for a formula gets an apostrophe; a name never breaks its line.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    named = any(standing.person.name for standing in grades.standings)
    slugs = [column.slug for column in grades.columns]
    writer.writerow(["student", *(["name"] if named else []), *map(csv_cell, slugs), "total", "max_total"])
    for standing in grades.standings:
        person, mine = standing.person, [standing.grades[slug] for slug in slugs]
        scores = ["" if grade.status == GradeStatus.MISSING else points(grade.score) for grade in mine]
        who = [csv_cell(person.id), *([csv_cell(person.name)] if named else [])]
        writer.writerow([*who, *scores, points(standing.total), points(standing.max_total)])
    return out.getvalue()


def scores_table(grades: ClassGrades, only: Collection[str] | None = None) -> Table:
    """The class on screen; names are plain text, never markup or terminal codes.

    Args:
        only: the IDs of those to show; everybody if None. More than a screen or two are never shown.
    """
    rows = [standing for standing in grades.standings if only is None or standing.person.id in only]
    most = points(grades.standings[0].max_total) if grades.standings else "0"
    caption = f"max total {most}; – not submitted; ! unreadable; * set by hand; ↓ late"
    if len(rows) > ROWS_MOST:
        caption = f"{len(rows) - ROWS_MOST} more students are in scores.csv and on the class page; {caption}"
    table = Table(caption=caption, caption_justify="left")
    longest = max((len(standing.person.called) for standing in rows[:ROWS_MOST]), default=7)
    table.add_column("student", overflow="fold", min_width=min(24, longest))
    for column in grades.columns:
        table.add_column(Text(f"{short_name(column.slug)}\n/ {points(column.points)}"), justify="right")
    table.add_column(
        Text("total\n%" if grades.weighted else f"total\n/ {most}"), justify="right", style="bold"
    )
    for standing in rows[:ROWS_MOST]:
        cells = [_cell(standing.grades[column.slug]) for column in grades.columns]
        total = Text(points(standing.total), "magenta" if standing.total is None else "")
        table.add_row(Text(shown_name(standing.person.called)), *cells, total)
    return table


def short_name(slug: str) -> str:
    """The number of an exercise, if its slug begins with one: a column is narrow."""
    number, _, rest = one_line(slug).partition("_")
    return number if number.isdigit() and rest else one_line(slug)


def _cell(grade: Grade) -> Text:
    if grade.status == GradeStatus.MISSING:
        return Text("–", "dim")
    if grade.score is None:
        return Text(GradeStatus.UNGRADED, "magenta")
    colour = "green" if grade.score >= grade.max_score else "red" if grade.score <= 0 else "yellow"
    signs = {
        "*": grade.set_by_hand,
        "↓": grade.days_late > 0,
        "!": bool(grade.report and grade.report.problem),
    }
    marks = "".join(sign for sign, applies in signs.items() if applies)
    return Text(f"{points(grade.score)} {marks}".strip(), colour)
