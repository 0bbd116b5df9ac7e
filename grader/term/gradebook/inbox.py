"""What was handed in and not taken, and which exercises were asked for."""

import json
from collections.abc import Iterable

from sqlalchemy import select

from grader.core.grades import NotTaken
from grader.term.gradebook.attempts import now
from grader.term.gradebook.book import Gradebook
from grader.term.gradebook.schema import ABOUT, ATTEMPTS, NOT_TAKEN

ASKED = "asked"  # the key in ABOUT


def keep_not_taken(book: Gradebook, source: str, files: Iterable[NotTaken], whole: bool) -> None:
    """Remember which files of a source were not taken, and why, in place of what was known of them.

    Args:
        source: where they were handed in, as a path.
        whole: everything in the source was looked at; otherwise other files of it stay as they were.
    """
    rows = [{"source": source, **file._asdict(), "received_at": now()} for file in files]
    with book.transaction() as connection:
        same = NOT_TAKEN.c.source == source
        gone = same if whole else same & NOT_TAKEN.c.file.in_([row["file"] for row in rows])
        connection.execute(NOT_TAKEN.delete().where(gone))
        if rows:
            connection.execute(NOT_TAKEN.insert(), rows)


def not_taken(book: Gradebook) -> list[NotTaken]:
    """Everything that was handed in and not taken, in the order of sources and files."""
    columns = (NOT_TAKEN.c[name] for name in NotTaken._fields)
    rows = book.rows(select(*columns).order_by(NOT_TAKEN.c.source, NOT_TAKEN.c.file, NOT_TAKEN.c.id))
    return [NotTaken(*row) for row in dict.fromkeys(map(tuple, rows))]


def ask_for(book: Gradebook, slugs: Iterable[str], found: Iterable[str] = ()) -> None:
    """Remember that these exercises were asked for, with those that were before.

    The first time these are all that have attempts, since everything was asked for until then.

    Args:
        slugs: none for everything in the course; then what was found has been asked for.
    """
    before = asked_for(book)
    wanted = set(slugs) or (set(found) if before else set())
    if not wanted:
        return
    before = before or [row.exercise for row in book.rows(select(ATTEMPTS.c.exercise).distinct())]
    every = json.dumps(sorted({*wanted, *before}))
    with book.transaction() as connection:
        connection.execute(ABOUT.delete().where(ABOUT.c.key == ASKED))
        connection.execute(ABOUT.insert().values(key=ASKED, value=every))


def asked_for(book: Gradebook) -> list[str]:
    """The exercises that were ever asked for; none if everything in the course always was."""
    rows = book.rows(select(ABOUT.c.value).where(ABOUT.c.key == ASKED))
    return [str(slug) for row in rows for slug in json.loads(row.value)]
