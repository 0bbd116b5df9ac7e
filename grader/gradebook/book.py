"""Open a gradebook, ask what is finished, record what was judged; whatever the database says becomes one line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from grader.course import Exercise
from grader.errors import GraderError
from grader.gradebook.schema import ATTEMPTS, REPORTS, migrate
from grader.report import Report, report_from

LOCK_WAIT_S = 10


@dataclass(frozen=True)
class Key:
    """What a verdict belongs to: who, which exercise, which file content."""

    student: str
    exercise: str
    submission_sha256: str


class Gradebook:
    """An open gradebook; every `record` is its own transaction, so nothing that was recorded can be lost.

    Args:
        engine: a database whose tables are up to date.
        name: how errors call it.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine, self._name = engine, name

    def __enter__(self) -> Gradebook:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    def finished(self, suite_keys: Iterable[str]) -> dict[Key, Report]:
        """The reports made with the suites of these keys."""
        query = (
            select(ATTEMPTS.c.student, ATTEMPTS.c.exercise, ATTEMPTS.c.submission_sha256, REPORTS.c.document)
            .join(ATTEMPTS, REPORTS.c.attempt_id == ATTEMPTS.c.id)
            .where(REPORTS.c.suite_key.in_(list(suite_keys)))
        )
        with self._transaction() as connection:
            rows = connection.execute(query).all()
        return {Key(student, exercise, sha): report_from(json.loads(text)) for student, exercise, sha, text in rows}

    def history(self) -> list[tuple[Path, Report]]:
        """Every report with the path that its notebook had, the oldest first."""
        query = (
            select(ATTEMPTS.c.path, REPORTS.c.document)
            .join(ATTEMPTS, REPORTS.c.attempt_id == ATTEMPTS.c.id)
            .order_by(REPORTS.c.graded_at, REPORTS.c.id)
        )
        with self._transaction() as connection:
            rows = connection.execute(query).all()
        return [(Path(path), report_from(json.loads(text))) for path, text in rows]

    def record(self, key: Key, path: str, suite_key: str, report: Report) -> None:
        """Keep a judged report; one that is there already for the same content and suite is replaced.

        Raises:
            ValueError: the report has no score: our failures are not results.
        """
        if report.score is None:
            raise ValueError(f"{key.student} {key.exercise}: an ungraded report is not recorded")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        values = {
            "graded_at": now, "score": report.score, "max_score": report.max_score, "document": json.dumps(report.as_dict())
        }  # fmt: skip
        with self._transaction() as connection:
            attempt = _attempt(connection, key, path, now)
            mine = (REPORTS.c.attempt_id == attempt) & (REPORTS.c.suite_key == suite_key)
            if connection.execute(REPORTS.update().where(mine).values(values)).rowcount == 0:
                connection.execute(REPORTS.insert().values(attempt_id=attempt, suite_key=suite_key, **values))

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise GraderError(f"{self._name}: {_remedy(error)}") from None


def open_gradebook(place: str | Path) -> Gradebook:
    """The gradebook at a file's path or a database URL; made if it is not there, brought up to date if it is older.

    Raises:
        GraderError: no gradebook, one of a later version, locked, or not to be written.
    """
    try:
        file = isinstance(place, Path) or "://" not in place
        url = URL.create("sqlite", database=str(place)) if file else make_url(str(place))
        engine = create_engine(url)
        name = str(place) if file else url.render_as_string(hide_password=True)
    except (ArgumentError, ModuleNotFoundError) as error:
        raise GraderError(f"{place}: no database can be opened from this ({error}); use a path or a URL") from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _settings)
        event.listen(engine, "begin", _begin_writing)
    book = Gradebook(engine, name)
    try:
        with book._transaction() as connection:
            migrate(connection)
    except ValueError as error:
        raise GraderError(f"{name}: {error}; update gradbook, or choose another gradebook") from None
    return book


def storable(name: str) -> str:
    """A file's name as text that every database takes: bytes that are no UTF-8 are written as \\xNN."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def suite_key(exercise: Exercise, salt: str) -> str:
    """What a verdict depends on beside the submission: suite, settings, salt."""
    return hashlib.sha256(f"{exercise.suite_sha256()}\0{salt}".encode()).hexdigest()


def _attempt(connection: Connection, key: Key, path: str, now: str) -> int:
    mine = (
        (ATTEMPTS.c.student == key.student)
        & (ATTEMPTS.c.exercise == key.exercise)
        & (ATTEMPTS.c.submission_sha256 == key.submission_sha256)
    )
    found = connection.execute(select(ATTEMPTS.c.id).where(mine)).scalar_one_or_none()
    if found is not None:
        return int(found)
    values = {"student": key.student, "exercise": key.exercise, "submission_sha256": key.submission_sha256}
    new = connection.execute(ATTEMPTS.insert().values(path=path, seen_at=now, **values).returning(ATTEMPTS.c.id))
    return int(new.scalar_one())


def _settings(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy says when a transaction begins, see below
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={LOCK_WAIT_S * 1000}", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_writing(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # waits for the lock here, and not in the middle


def _remedy(error: SQLAlchemyError) -> str:
    text = str(getattr(error, "orig", None) or error).splitlines()[0]
    for sign, remedy in (
        ("is locked", "another program is writing to it; close that and run the same command again, nothing is lost"),
        ("is full", "the disk is full; free some space and run the same command again, nothing is lost"),
        ("readonly", "it cannot be written; change its permissions or choose another place"),
        ("unable to open", "it cannot be opened; does its folder exist, and may you write there?"),
        ("not a database", "this is no gradebook; move it away or choose another place"),
    ):
        if sign in text:
            return remedy
    return text
