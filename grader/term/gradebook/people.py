"""Who the students are: a roster, and what was learnt from what they handed in."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields, replace

from sqlalchemy import Connection, select

from grader.core.students import Person
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
    return bool(book.rows(select(ABOUT.c.value).where(ABOUT.c.key == "roster")))


def meet(book: Gradebook, newcomers: Iterable[Person]) -> None:
    """Remember people from what they handed in; what is known about them already stays."""
    with book.transaction() as connection:
        known = _people(connection)
        for person in newcomers:
            old = known.get(person.id)
            both = _completed(old, person) if old else replace(person, enrolled=False)
            if both != old:
                _write(connection, both, new=old is None)
                known[person.id] = both


def enrol(book: Gradebook, roster: Sequence[Person], same: dict[str, str]) -> None:
    """Take over a roster: those on it are enrolled, all others no longer.

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
    return {row.id: replace(Person(*row), enrolled=bool(row.enrolled)) for row in rows}


def _completed(person: Person, more: Person) -> Person:
    """`person`, with what is empty filled in."""
    empty = {name: getattr(more, name) for name in NAMES if not getattr(person, name) and name != "enrolled"}
    return replace(person, **empty)


def _write(connection: Connection, person: Person, new: bool) -> None:
    values = {**asdict(person), "enrolled": int(person.enrolled)}
    statement = STUDENTS.insert() if new else STUDENTS.update().where(STUDENTS.c.id == person.id)
    connection.execute(statement.values(values))


def _rename(connection: Connection, before: str, after: str) -> None:
    """All work under one id goes to another; a file that both handed in stays with the id it had."""
    content = (ATTEMPTS.c.exercise, ATTEMPTS.c.submission_sha256)
    theirs = select(ATTEMPTS.c.id, *content).where(ATTEMPTS.c.student == before)
    known = {tuple(row) for row in connection.execute(select(*content).where(ATTEMPTS.c.student == after))}
    for number, *key in connection.execute(theirs).all():
        if tuple(key) not in known:
            connection.execute(ATTEMPTS.update().where(ATTEMPTS.c.id == number).values(student=after))
    for table in (OVERRIDES, PUBLISHED):
        connection.execute(table.update().where(table.c.student == before).values(student=after))
    if connection.execute(theirs).first() is None:
        connection.execute(STUDENTS.delete().where(STUDENTS.c.id == before))
