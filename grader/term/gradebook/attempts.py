"""What was handed in and what came of it: attempts, their reports, and those that could not be judged."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from sqlalchemy import Connection, bindparam, select

from grader.core.course import Exercise
from grader.core.report import Report, report_from
from grader.term.gradebook.book import Gradebook
from grader.term.gradebook.schema import ATTEMPTS, REPORTS, UNJUDGED

AT_ONCE = 500  # numbers in one query
BYTES = "bytes:"  # before the path of a file whose name is no text


# What is said for every report, put together once.
ATTEMPT_WITH = select(ATTEMPTS.c.id).where(
    ATTEMPTS.c.student == bindparam("student"),
    ATTEMPTS.c.exercise == bindparam("exercise"),
    ATTEMPTS.c.submission_sha256 == bindparam("submission_sha256"),
)
NO_LONGER_UNJUDGED = UNJUDGED.delete().where(UNJUDGED.c.attempt_id == bindparam("attempt"))
JUDGED_ANEW = (
    REPORTS.update()
    .where(REPORTS.c.attempt_id == bindparam("attempt"), REPORTS.c.suite_key == bindparam("suite"))
    .values({name: bindparam(name) for name in ("graded_at", "score", "max_score", "document")})
)


@dataclass(frozen=True)
class Key:
    """What a verdict belongs to: who, which exercise, which file content ("" if the file cannot be read)."""

    student: str
    exercise: str
    submission_sha256: str


@dataclass(frozen=True)
class Received:
    """A file that was handed in, as an intake tells it; see `grader.exchange.intake.Handed`."""

    key: Key
    path: str
    submitted_at: str = ""
    late: bool = False
    place: int = 0
    kind: str = ""
    original: str = ""
    lms_id: str = ""


@dataclass(frozen=True)
class Verdict:
    """A report without its document."""

    id: int
    attempt: int
    suite_key: str
    graded_at: str
    score: float
    max_score: float


@dataclass(frozen=True)
class Attempt:
    """A row of `attempts`."""

    id: int
    received_at: str
    received: Received
    unjudged: bool

    @property
    def order(self) -> tuple[str, int, int]:
        """Of a student's attempts at an exercise the one with the greatest is the last."""
        return self.received.submitted_at or self.received_at, self.received.place, self.id


def text_of(path: Path) -> str:
    """A path as text that every database takes, and that `path_of` takes back."""
    text = str(path)
    try:
        text.encode("utf-8")
        return text
    except UnicodeEncodeError:
        return BYTES + quote_from_bytes(os.fsencode(path))


def path_of(text: str) -> Path:
    """The path that `text_of` wrote."""
    return (
        Path(os.fsdecode(unquote_to_bytes(text.removeprefix(BYTES))))
        if text.startswith(BYTES)
        else Path(text)
    )


def suite_key(exercise: Exercise, salt: str) -> str:
    """What a verdict depends on beside the submission: suite, settings that matter to it, salt."""
    return hashlib.sha256(f"{exercise.verdict_sha256()}\0{salt}".encode()).hexdigest()


def now() -> str:
    """This second, UTC in ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def receive(book: Gradebook, handed: Sequence[Received]) -> None:
    """Keep what was handed in, before anything is judged; what is known already is marked as the latest."""
    at = now()
    with book.transaction() as connection:
        known = {Key(*row[1:]): row[0] for row in connection.execute(select(ATTEMPTS.c.id, *_key_columns()))}
        new = [{**_columns(one), "seen_at": at, "received_at": at} for one in handed if one.key not in known]
        old = [
            {**_columns(one), "received_at": at, "row": known[one.key]} for one in handed if one.key in known
        ]
        if new:
            connection.execute(ATTEMPTS.insert(), new)
        if old:
            fields = ("path", "received_at", "submitted_at", "late", "place", "kind", "original", "lms_id")
            change = ATTEMPTS.update().where(ATTEMPTS.c.id == bindparam("row"))
            connection.execute(change.values({name: bindparam(name) for name in fields}), old)


def finished(book: Gradebook, suite_keys: Iterable[str]) -> set[Key]:
    """What has been judged with the suites of these keys."""
    query = (
        select(*_key_columns())
        .join(REPORTS, REPORTS.c.attempt_id == ATTEMPTS.c.id)
        .where(REPORTS.c.suite_key.in_(list(suite_keys)))
    )
    with book.transaction(reading=True) as connection:
        return {Key(*row) for row in connection.execute(query)}


def record(book: Gradebook, received: Received, suite_key: str, report: Report) -> None:
    """Keep a report; a judged one that is there already for the same content and suite is replaced.

    One without a score is kept apart, until the attempt is judged: our failures are not results.
    """
    document = json.dumps(report.as_dict())
    with book.transaction() as connection:
        attempt = _attempt(connection, received)
        connection.execute(NO_LONGER_UNJUDGED, {"attempt": attempt})
        if report.score is None:
            connection.execute(
                UNJUDGED.insert().values(attempt_id=attempt, tried_at=now(), document=document)
            )
            return
        values = {
            "graded_at": now(),
            "score": report.score,
            "max_score": report.max_score,
            "document": document,
        }
        if connection.execute(JUDGED_ANEW, {"attempt": attempt, "suite": suite_key, **values}).rowcount == 0:
            connection.execute(REPORTS.insert(), {"attempt_id": attempt, "suite_key": suite_key, **values})


def attempts(book: Gradebook) -> list[Attempt]:
    """Everything that was ever handed in, in the order in which it came."""
    fields = ("path", "submitted_at", "late", "place", "kind", "original", "lms_id")
    more = (ATTEMPTS.c[field] for field in fields)
    query = (
        select(ATTEMPTS.c.id, ATTEMPTS.c.received_at, UNJUDGED.c.attempt_id, *_key_columns(), *more)
        .outerjoin(UNJUDGED, UNJUDGED.c.attempt_id == ATTEMPTS.c.id)
        .order_by(ATTEMPTS.c.id)
    )
    with book.transaction(reading=True) as connection:
        rows = connection.execute(query).all()
    return [_attempt_from(tuple(row)) for row in rows]


def verdicts(book: Gradebook) -> list[Verdict]:
    """Every report's figures, the oldest first."""
    wanted = (
        REPORTS.c[name] for name in ("id", "attempt_id", "suite_key", "graded_at", "score", "max_score")
    )
    with book.transaction(reading=True) as connection:
        rows = connection.execute(select(*wanted).order_by(REPORTS.c.graded_at, REPORTS.c.id)).all()
    return [Verdict(*row) for row in rows]


def reports(book: Gradebook, ids: Sequence[int]) -> dict[int, Report]:
    """Number of a verdict → its report."""
    return _documents(book, select(REPORTS.c.id, REPORTS.c.document), REPORTS.c.id, ids)


def unjudged(book: Gradebook, attempts: Sequence[int]) -> dict[int, Report]:
    """Number of an attempt → what was said when it could not be judged."""
    return _documents(
        book, select(UNJUDGED.c.attempt_id, UNJUDGED.c.document), UNJUDGED.c.attempt_id, attempts
    )


def _documents(book: Gradebook, query: Any, column: Any, ids: Sequence[int]) -> dict[int, Report]:
    found: dict[int, Report] = {}
    with book.transaction(reading=True) as connection:
        for start in range(0, len(ids), AT_ONCE):
            rows = connection.execute(query.where(column.in_(list(ids[start : start + AT_ONCE]))))
            found.update((number, report_from(json.loads(document))) for number, document in rows)
    return found


def _key_columns() -> tuple[Any, Any, Any]:
    return ATTEMPTS.c.student, ATTEMPTS.c.exercise, ATTEMPTS.c.submission_sha256


def _columns(one: Received) -> dict[str, Any]:
    return {
        "student": one.key.student, "exercise": one.key.exercise, "submission_sha256": one.key.submission_sha256,
        "path": one.path, "submitted_at": one.submitted_at, "late": int(one.late), "place": one.place, "kind": one.kind,
        "original": one.original, "lms_id": one.lms_id,
    }  # fmt: skip


def _attempt_from(row: Sequence[Any]) -> Attempt:
    (
        number,
        received_at,
        without,
        student,
        exercise,
        sha,
        path,
        submitted_at,
        late,
        place,
        kind,
        original,
        lms_id,
    ) = row
    key = Key(student, exercise, sha)
    received = Received(key, path, submitted_at, bool(late), place, kind, original, lms_id)
    return Attempt(number, received_at, received, without is not None)


def _attempt(connection: Connection, one: Received) -> int:
    """The number of an attempt; made if `receive` did not know this content, because the file changed
    meanwhile.
    """
    found = connection.execute(ATTEMPT_WITH, vars(one.key)).scalar_one_or_none()
    if found is not None:
        return int(found)
    at = now()
    new = ATTEMPTS.insert().values(**_columns(one), seen_at=at, received_at=at).returning(ATTEMPTS.c.id)
    return int(connection.execute(new).scalar_one())
