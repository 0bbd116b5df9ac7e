"""What was decided on questions for the whole class, kept through every regrade, with who, when and why."""

from dataclasses import fields, replace

from sqlalchemy import select

from grader.core.grades import Ruling
from grader.term.gradebook.attempts import now
from grader.term.gradebook.book import Gradebook
from grader.term.gradebook.schema import RULINGS


def rule(book: Gradebook, ruling: Ruling) -> None:
    """Write a ruling down; `at` is set if it is ""."""
    row = vars(replace(ruling, at=ruling.at or now()))
    with book.transaction() as connection:
        connection.execute(RULINGS.insert().values(row))


def rulings(book: Gradebook) -> dict[str, dict[str, Ruling]]:
    """Those in force: exercise → question → ruling."""
    found: dict[str, dict[str, Ruling]] = {}
    columns = (RULINGS.c[field.name] for field in fields(Ruling))
    for row in book.rows(select(*columns).order_by(RULINGS.c.id)):
        ruling = Ruling(*row)
        found.setdefault(ruling.exercise, {})[ruling.question] = ruling
    in_force = ((slug, {n: r for n, r in questions.items() if r.kind}) for slug, questions in found.items())
    return {exercise: questions for exercise, questions in in_force if questions}
