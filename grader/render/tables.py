"""The class as rows: a CSV file for the gradebook, and a table on screen."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from grader.render.text import one_line
from grader.report import Report

Exercises = Sequence[tuple[str, float]]
Grid = dict[str, dict[str, Report]]

NAME_MOST = 120
# A cell that begins with one of these, white space aside, is a formula. A name may hold what another locale's spreadsheet
# takes for the end of a cell, so every such place counts as a beginning.
FORMULA = re.compile(r"(?:^|(?<=[;,|\"]))(?=\s*[-=+@\uff0b\uff0d\uff1d\uff20])")


def class_grid(reports: Sequence[Report]) -> Grid:
    """Student → slug → report, students sorted by name; of two reports on the same notebook the later one counts."""
    grid: Grid = {}
    for report in sorted(reports, key=lambda r: (r.student.casefold(), r.student)):
        grid.setdefault(report.student, {})[report.exercise] = report
    return grid


def total_score(row: dict[str, Report], exercises: Exercises) -> float | None:
    """A student's points over `exercises`; None while one of them is ungraded; not submitted adds nothing."""
    scores = [row[slug].score for slug, _ in exercises if slug in row]
    known = [score for score in scores if score is not None]
    return sum(known) if len(known) == len(scores) else None


def max_total(exercises: Exercises) -> float:
    """The points of all exercises together."""
    return sum(points for _, points in exercises)


def number(value: float | None) -> str:
    """Points as people write them (17.5, 20), or the word `ungraded`."""
    return "ungraded" if value is None else f"{value:g}"


def scores_csv(reports: list[Report], exercises: list[tuple[str, float]]) -> str:
    """The gradebook: a row a student; an empty cell is a notebook that was not submitted.

    Text that a spreadsheet would take for a formula gets an apostrophe before it; a row is a line, whatever the names.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["student", *(_harmless(slug) for slug, _ in exercises), "total", "max_total"])
    for student, row in class_grid(reports).items():
        scores = [number(row[slug].score) if slug in row else "" for slug, _ in exercises]
        writer.writerow(
            [_harmless(student), *scores, number(total_score(row, exercises)), number(max_total(exercises))]
        )
    return out.getvalue()


def scores_table(reports: list[Report], exercises: list[tuple[str, float]]) -> Table:
    """The class on screen; names are plain text, never markup or terminal codes."""
    table = Table(caption=f"max total {max_total(exercises):g}; – not submitted; ! unreadable", caption_justify="left")
    table.add_column("student", overflow="fold", min_width=min(24, max([len(r.student) for r in reports], default=7)))
    for slug, points in exercises:
        table.add_column(Text(f"{short_name(slug)}\n/ {points:g}"), justify="right")
    table.add_column(Text(f"total\n/ {max_total(exercises):g}"), justify="right", style="bold")
    for student, row in class_grid(reports).items():
        cells = [_cell(row.get(slug)) for slug, _ in exercises]
        total = total_score(row, exercises)
        table.add_row(Text(one_line(student, NAME_MOST)), *cells, Text(number(total), "magenta" if total is None else ""))
    return table


def short_name(slug: str) -> str:
    """The number of an exercise, if its slug begins with one: a column on the screen is narrow."""
    number, _, rest = one_line(slug).partition("_")
    return number if number.isdigit() and rest else one_line(slug)


def _cell(report: Report | None) -> Text:
    if report is None:
        return Text("–", "dim")
    if report.score is None:
        return Text("ungraded", "magenta")
    colour = "green" if report.score >= report.max_score else "red" if report.score <= 0 else "yellow"
    return Text(number(report.score) + (" !" if report.problem else ""), colour)


def _harmless(text: str) -> str:
    """`text` as a CSV cell that is one line and that no spreadsheet evaluates."""
    return FORMULA.sub("'", one_line(text))
