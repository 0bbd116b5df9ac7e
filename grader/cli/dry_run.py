"""`grade --dry-run`: what would be taken for what, as a table; nothing is written and nothing is graded."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grader.core.safe_text import one_line
from grader.core.students import Person
from grader.exchange.intake.handed_in import Handed, Intake
from grader.term.enrolment import whose
from grader.term.gradebook import Gradebook, open_gradebook


def show_intake(
    intake: Intake | None,
    place: Path | str,
    listed: Sequence[Person] | None,
    before: Callable[[Gradebook], Intake],
) -> None:
    """Print which file would be graded for whom as what, and what would not be taken, with the reasons.

    Args:
        intake: what was handed in; None for `before`, what the gradebook has.
        place: the gradebook, of which a copy is used; of a database's address none is, only the roster.

    Raises:
        GraderError: as when it is graded.
    """
    with tempfile.TemporaryDirectory(prefix="dry-run-") as folder:
        copy = Path(folder, "gradebook.sqlite")
        for ending in ("", "-wal"):
            if Path(f"{place}{ending}").is_file():
                shutil.copy(f"{place}{ending}", f"{copy}{ending}")
        with open_gradebook(copy) as book:
            taken, notes = whose(book, intake or before(book), listed)
    console = Console()
    console.print(
        f"{taken.kind}: {one_line(taken.why)}; nothing is written and nothing is graded", markup=False
    )
    console.print(_attempts(taken.handed))
    if taken.unknown:
        console.print(_not_taken(taken))
    for note in notes:
        click.echo(one_line(note))


def _attempts(handed: Sequence[Handed]) -> Table:
    """Every attempt; of several at one exercise the last one counts."""
    table = _table("would be graded", "student", "exercise", "file", "why")
    last = {(each.student, each.slug): each for each in handed}
    for each in handed:
        counts = last[each.student, each.slug] is each
        why = each.doubt and f"ungraded: {each.doubt}" or each.recognised or "named after it"
        file = each.original if each.kind != "plain" else str(Path(*each.path.parts[-2:]))
        _row(table, each.student, each.slug, file, why if counts else f"does not count: {why}")
    return table


def _not_taken(intake: Intake) -> Table:
    table = _table("not taken", "student", "file", "why")
    for file in intake.unknown:
        _row(table, file.student, file.file, file.why)
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _row(table: Table, *cells: str) -> None:
    table.add_row(*(escape(one_line(cell)) if cell else "" for cell in cells))
