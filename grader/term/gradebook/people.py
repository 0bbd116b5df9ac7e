"""Who the students are: a roster, and what was learnt from what they handed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from sqlalchemy import Connection, select

from grader.core.grades import Person
from grader.term.gradebook.attempts import now
from grader.term.gradebook.book import Gradebook
from grader.term.gradebook.schema import ABOUT, ATTEMPTS, OVERRIDES, PUBLISHED, STUDENTS

NAMES = tuple(field.name for field in fields(Person))


def people(book: Gradebook) -> dict[str, Person]:
    """Everybody the gradebook knows, by id."""
    with book.transaction(reading=True) as connection:
        return _people(connection)


def has_roster(book: Gradebook) -> bool:
    """Whether a roster was ever given."""
    with book.transaction(reading=True) as connection:
        return bool(
            connection.execute(select(ABOUT.c.value).where(ABOUT.c.key == "roster")).scalar_one_or_none()
        )


def meet(book: Gradebook, found: Iterable[Person]) -> None:
    """Remember people from what they handed in; what is known about them already stays."""
    with book.transaction() as connection:
        known = _people(connection)
        for person in found:
            old = known.get(person.id)
            if old is None:
                _write(connection, replace(person, enrolled=False), new=True)
            elif (both := _completed(old, person)) != old:
                _write(connection, both, new=False)
            else:
                continue
            known[person.id] = replace(
                _completed(old, person) if old else person, enrolled=bool(old and old.enrolled)
            )


def enrol(book: Gradebook, roster: Sequence[Person], same: dict[str, str]) -> None:
    """Take over a roster: those on it are enrolled, all others are not any more.

    Args:
        same: id that somebody was known by → id that the roster gives them; their work goes with them.
    """
    with book.transaction() as connection:
        known = _people(connection)
        connection.execute(STUDENTS.update().values(enrolled=0))
        for person in roster:
            old = known.get(person.id)
            whole = replace(_completed(person, old) if old else person, enrolled=True)
            _write(connection, whole, new=old is None)
        for before, after in same.items():
            _rename(connection, before, after)
        connection.execute(ABOUT.delete().where(ABOUT.c.key == "roster"))
        connection.execute(ABOUT.insert().values(key="roster", value=now()))


def _people(connection: Connection) -> dict[str, Person]:
    rows = connection.execute(select(*(STUDENTS.c[name] for name in NAMES)))
    return {row[0]: _person(tuple(row)) for row in rows}


def _person(row: Sequence[Any]) -> Person:
    return replace(Person(*row), enrolled=bool(row[-1]))


def _completed(person: Person, more: Person) -> Person:
    """`person`, with what is empty filled in."""
    empty = {name: getattr(more, name) for name in NAMES if not getattr(person, name) and name != "enrolled"}
    return replace(person, **empty)


def _write(connection: Connection, person: Person, new: bool) -> None:
    values = {**asdict(person), "enrolled": int(person.enrolled)}
    if new:
        connection.execute(STUDENTS.insert().values(values))
    else:
        connection.execute(STUDENTS.update().where(STUDENTS.c.id == person.id).values(values))


def _rename(connection: Connection, before: str, after: str) -> None:
    """All that stood under one id stands under another; a file that both handed in stays with the one it had."""
    there = {
        (row.exercise, row.submission_sha256)
        for row in connection.execute(select(ATTEMPTS).where(ATTEMPTS.c.student == after))
    }
    for row in connection.execute(select(ATTEMPTS).where(ATTEMPTS.c.student == before)).all():
        if (row.exercise, row.submission_sha256) not in there:
            connection.execute(ATTEMPTS.update().where(ATTEMPTS.c.id == row.id).values(student=after))
    for table in (OVERRIDES, PUBLISHED):
        connection.execute(table.update().where(table.c.student == before).values(student=after))
    if connection.execute(select(ATTEMPTS.c.id).where(ATTEMPTS.c.student == before)).first() is None:
        connection.execute(STUDENTS.delete().where(STUDENTS.c.id == before))
