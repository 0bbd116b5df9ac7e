"""What people decided: scores set by hand and comments, kept through every regrade, with who and when."""

from collections.abc import Iterable
from dataclasses import asdict, fields, replace

from sqlalchemy import select

from grader.core.grades import Override
from grader.term.gradebook.attempts import now
from grader.term.gradebook.book import Gradebook
from grader.term.gradebook.schema import OVERRIDES


def override(book: Gradebook, decided: Iterable[Override]) -> None:
    """Write decisions down, all or none; `at` is set if it is ""."""
    rows = [asdict(replace(decision, at=decision.at or now())) for decision in decided]
    if rows:
        with book.transaction() as connection:
            connection.execute(OVERRIDES.insert(), rows)


def overrides(book: Gradebook) -> list[Override]:
    """Those in force, the oldest first: the last one on a question, unless it took back the others."""
    last: dict[tuple[str, str, str], Override] = {}
    for decision in all_decisions(book):
        question = decision.student, decision.exercise, decision.question
        last.pop(question, None)
        if decision.score is not None or decision.comment:
            last[question] = decision
    return list(last.values())


def all_decisions(book: Gradebook) -> list[Override]:
    """Every decision ever made, the oldest first; one without score and comment took back those before it."""
    columns = (OVERRIDES.c[field.name] for field in fields(Override))
    return [Override(*row) for row in book.rows(select(*columns).order_by(OVERRIDES.c.id))]


def decisions_on(book: Gradebook, student: str, exercise: str) -> list[Override]:
    """Every decision on a student's work on an exercise, the last one first."""
    return [d for d in reversed(all_decisions(book)) if (d.student, d.exercise) == (student, exercise)]
