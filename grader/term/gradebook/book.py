"""Open a gradebook and keep it consistent; an error of the database becomes one line."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVarTuple

from sqlalchemy import URL, Connection, Engine, Row, Select, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from grader.core.errors import GraderError
from grader.term.gradebook.backup import back_up
from grader.term.gradebook.schema import migrate

LOCK_WAIT_S = 10
READING = "reading"  # an execution option of ours
OUR_LOCK = 0x67726164  # any number that others are unlikely to choose
DAMAGED = "it is damaged; restore a backup, such as a copy beside it, or grade into another folder"
REMEDIES = {  # by words of the database's own message
    "is locked": (
        "another program is writing to it; close that and run the same command again, nothing is lost"
    ),
    "is full": "the disk is full; free some space and run the same command again, nothing is lost",
    "readonly": "it cannot be written; change its permissions or choose another place",
    "unable to open": "it cannot be opened; does its folder exist, and may you write there?",
    "malformed": DAMAGED,
    "Could not decode": DAMAGED,
    "not a database": "this is not a gradebook; move it away or choose another place",
}
Columns = TypeVarTuple("Columns")


class Gradebook:
    """An open gradebook; what was written in a transaction that has ended cannot be lost.

    Args:
        engine: a database whose tables are up to date.
        name: how errors call it.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine, self.name = engine, name

    def __enter__(self) -> "Gradebook":
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    @contextmanager
    def transaction(self, reading: bool = False) -> Iterator[Connection]:
        """What happens in it is written as a whole or not at all; nobody else writes then, unless `reading`.

        Raises:
            GraderError: what the database says, with the remedy.
        """
        try:
            opened = self._engine.connect().execution_options(**{READING: reading})
            with opened as connection, connection.begin():
                yield connection
        except SQLAlchemyError as error:
            problem = str(getattr(error, "orig", None) or error).splitlines()[0]
            remedy = next((remedy for sign, remedy in REMEDIES.items() if sign in problem), problem)
            raise GraderError(f"{self.name}: {remedy}") from None

    def back_up(self, why: str) -> Path:
        """Copy everything to an SQLite file, see `grader.term.gradebook.backup`.

        Raises:
            GraderError: the copy cannot be written.
        """
        return back_up(self._engine, why)

    def rows(self, query: Select[*Columns]) -> Sequence[Row[*Columns]]:
        """What a query finds, in a transaction of its own."""
        with self.transaction(reading=True) as connection:
            return connection.execute(query).all()


def open_gradebook(address: str | Path) -> Gradebook:
    """The gradebook at a file's path or a database URL; created if missing, brought up to date if older.

    An older one is copied before it is changed, see `Gradebook.back_up`.

    Raises:
        GraderError: not a gradebook, one of a later version, locked, not writable, or no room for a copy.
    """
    try:
        file = isinstance(address, Path) or "://" not in address
        url = URL.create("sqlite", database=str(address)) if file else make_url(str(address))
        if url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        engine = create_engine(url)
    except (ArgumentError, ModuleNotFoundError, ValueError) as error:
        if getattr(error, "name", "") == "psycopg":
            raise  # the command line names the extra that brings it
        problem = f"not a database's address ({without_password(str(error))}); use a path or a URL"
        raise GraderError(f"{without_password(str(address))}: {problem}") from None
    event.listen(engine, "begin", _begin)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _settings)
    book = Gradebook(engine, without_password(str(address)))
    try:
        with book.transaction() as connection:
            migrate(connection, lambda version: book.back_up(f"version-{version}"))
    except ValueError as error:
        raise GraderError(f"{book.name}: {error}; update gradbook, or choose another gradebook") from None
    return book


def without_password(address: str) -> str:
    """A database's address as it may be shown."""
    return re.sub(r"(password=)[^&\s]*|(//[^:/]*):.*@", r"\1\2…", address)


def _settings(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy says when a transaction begins, see below
    wait = f"busy_timeout={LOCK_WAIT_S * 1000}"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", wait, "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """A writer waits for its lock here, not in the middle: what it looks up is still true when it writes."""
    reading = connection.get_execution_options().get(READING)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql" and not reading:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({OUR_LOCK})")
