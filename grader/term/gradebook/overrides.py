"""What people decided: scores set by hand and comments, kept through every regrade, with who and when."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from grader.core.grades import Override
from grader.term.gradebook.attempts import now
from grader.term.gradebook.book import Gradebook
from grader.term.gradebook.schema import OVERRIDES

FIELDS = ("student", "exercise", "question", "score", "comment", "by", "at")


def override(book: Gradebook, decided: Iterable[Override]) -> None:
    """Write decisions down, all or none; `at` is set if it is ""."""
    rows = [{**{name: getattr(one, name) for name in FIELDS}, "at": one.at or now()} for one in decided]
    if rows:
        with book.transaction() as connection:
            connection.execute(OVERRIDES.insert(), rows)


def overrides(book: Gradebook) -> list[Override]:
    """Those in force, the oldest first: of several for one question the last, unless it took the others back."""
    last: dict[tuple[str, str, str], Override] = {}
    for one in history(book):
        place = one.student, one.exercise, one.question
        last.pop(place, None)
        if one.score is not None or one.comment:
            last[place] = one
    return list(last.values())


def history(book: Gradebook) -> list[Override]:
    """Every decision that was ever written down, the oldest first."""
    query = select(*(OVERRIDES.c[name] for name in FIELDS)).order_by(OVERRIDES.c.id)
    with book.transaction(reading=True) as connection:
        return [Override(*row) for row in connection.execute(query)]
