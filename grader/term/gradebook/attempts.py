"""What was handed in and what came of it: attempts, their reports, and those that could not be judged."""

import json
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from sqlalchemy import Column, Connection, Row, Select, bindparam, select

from grader.core.errors import GraderError
from grader.core.report import Report, Status, report_from
from grader.exchange.intake.handed_in import STRONGEST
from grader.term.gradebook.book import Gradebook
from grader.term.gradebook.schema import ATTEMPTS, REPORTS, UNJUDGED, report_checksum

AT_ONCE = 500  # numbers in one query
BYTES = "bytes:"  # before the path of a file whose name is not text
KEY = (ATTEMPTS.c.student, ATTEMPTS.c.exercise, ATTEMPTS.c.submission_sha256)
LATEST = (
    "path", "received_at", "submitted_at", "late", "place", "kind", "original", "lms_id", "strength",
    "recognised", "doubt",
)  # fmt: skip

# Statements that are executed for every report, built once.
ATTEMPT_WITH = select(ATTEMPTS.c.id).where(*(column == bindparam(column.name) for column in KEY))
RECEIVED_AGAIN = (
    ATTEMPTS.update()
    .where(ATTEMPTS.c.id == bindparam("row"))
    .values({name: bindparam(name) for name in LATEST})
)
NO_LONGER_UNJUDGED = UNJUDGED.delete().where(UNJUDGED.c.attempt_id == bindparam("attempt"))
JUDGED_AGAIN = (
    REPORTS.update()
    .where(REPORTS.c.attempt_id == bindparam("attempt"), REPORTS.c.suite_key == bindparam("suite"))
    .values(
        {
            name: bindparam(name)
            for name in ("graded_at", "suite_key", "score", "max_score", "document", "sha256")
        }
    )
)


@dataclass(frozen=True)
class AttemptKey:
    """What a verdict belongs to: who, which exercise, which file content ("" if the file cannot be read)."""

    student: str
    exercise: str
    submission_sha256: str


@dataclass(frozen=True)
class Received:
    """A file that was handed in; see `grader.exchange.intake.handed_in.Handed`."""

    key: AttemptKey
    path: str
    submitted_at: str = ""
    late: bool = False
    place: int = 0
    kind: str = ""
    original: str = ""
    lms_id: str = ""
    strength: int = STRONGEST
    recognised: str = ""
    doubt: str = ""


@dataclass(frozen=True)
class RecordedVerdict:
    """A report without its document."""

    id: int
    attempt: int
    suite_key: str
    graded_at: str
    score: float
    max_score: float


@dataclass(frozen=True)
class RecordedAttempt:
    """A row of `attempts`; `failed_at`: when the last try to judge it failed through us, "" if it did not."""

    id: int
    received_at: str
    received: Received
    failed_at: str

    @property
    def order(self) -> tuple[int, str, int, int]:
        """Of a student's attempts at an exercise the one with the greatest is the last."""
        received = self.received
        return received.strength, received.submitted_at or self.received_at, received.place, self.id


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
    if text.startswith(BYTES):
        return Path(os.fsdecode(unquote_to_bytes(text.removeprefix(BYTES))))
    return Path(text)


def now() -> str:
    """This second, UTC in ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def receive(book: Gradebook, received: Sequence[Received]) -> None:
    """Keep what was handed in, before anything is judged; what is known already is marked as the latest."""
    at = now()
    with book.transaction() as connection:
        known = {AttemptKey(*key): row for row, *key in connection.execute(select(ATTEMPTS.c.id, *KEY))}
        new = [_columns(file, at) for file in received if file.key not in known]
        old = [{**_columns(file, at), "row": known[file.key]} for file in received if file.key in known]
        if new:
            connection.execute(ATTEMPTS.insert(), new)
        if old:
            connection.execute(RECEIVED_AGAIN, old)
        _forget_doubts(connection, {file.key for file in received if not file.doubt})


def _forget_doubts(connection: Connection, certain: Collection[AttemptKey]) -> None:
    """Remove attempts in doubt whose content is now known as the student's work on another exercise."""
    doubtful = connection.execute(select(ATTEMPTS.c.id, *KEY).where(ATTEMPTS.c.doubt != "")).all()
    settled = {(key.student, key.submission_sha256) for key in certain}
    for number, student, _, digest in doubtful:
        if (student, digest) in settled:
            connection.execute(NO_LONGER_UNJUDGED, {"attempt": number})
            connection.execute(REPORTS.delete().where(REPORTS.c.attempt_id == number))
            connection.execute(ATTEMPTS.delete().where(ATTEMPTS.c.id == number))


def finished(book: Gradebook, suite_keys: Iterable[str]) -> dict[AttemptKey, int]:
    """What has been judged with the suites of these keys, each with the number of its verdict."""
    query = select(REPORTS.c.id, *KEY).join(ATTEMPTS, REPORTS.c.attempt_id == ATTEMPTS.c.id)
    rows = book.rows(query.where(REPORTS.c.suite_key.in_(list(suite_keys))))
    return {AttemptKey(*key): number for number, *key in rows}


def timed_out(book: Gradebook) -> set[tuple[str, str]]:
    """The students and exercises of which some attempt ran into a limit of time."""
    query = select(ATTEMPTS.c.student, ATTEMPTS.c.exercise).distinct()
    ran_out = REPORTS.c.document.contains(f'"{Status.TIMED_OUT}"')
    rows = book.rows(query.join(REPORTS, REPORTS.c.attempt_id == ATTEMPTS.c.id).where(ran_out))
    return {(student, exercise) for student, exercise in rows}


def record(book: Gradebook, received: Received, suite_key: str, report: Report) -> None:
    """Keep a report; an earlier one for the same content and suite is replaced.

    One without a score is kept apart, until the attempt is judged: our failures are not results.
    """
    at, document = now(), json.dumps(report.as_dict())
    with book.transaction() as connection:
        attempt = _attempt(connection, received)
        connection.execute(NO_LONGER_UNJUDGED, {"attempt": attempt})
        if report.score is None:
            connection.execute(UNJUDGED.insert().values(attempt_id=attempt, tried_at=at, document=document))
            return
        figures = suite_key, float(report.score), float(report.max_score), document
        values = {
            "graded_at": at,
            **dict(zip(("suite_key", "score", "max_score", "document"), figures, strict=True)),
            "sha256": report_checksum(received.key.submission_sha256, *figures),
        }
        if connection.execute(JUDGED_AGAIN, {"attempt": attempt, "suite": suite_key, **values}).rowcount == 0:
            connection.execute(REPORTS.insert(), {"attempt_id": attempt, **values})


def attempts(
    book: Gradebook, student: str | None = None, exercise: str | None = None
) -> list[RecordedAttempt]:
    """Everything ever handed in, or what this student did for this exercise, in the order of arrival."""
    query = select(ATTEMPTS, UNJUDGED.c.tried_at).outerjoin(UNJUDGED, UNJUDGED.c.attempt_id == ATTEMPTS.c.id)
    wanted = ((ATTEMPTS.c.student, student), (ATTEMPTS.c.exercise, exercise))
    query = query.where(*(column == value for column, value in wanted if value is not None))
    return [
        RecordedAttempt(
            row.id, row.received_at,
            Received(
                AttemptKey(row.student, row.exercise, row.submission_sha256), row.path, row.submitted_at,
                bool(row.late), row.place, row.kind, row.original, row.lms_id,
                row.strength, row.recognised, row.doubt,
            ),
            row.tried_at or "",
        )
        for row in book.rows(query.order_by(ATTEMPTS.c.id))
    ]  # fmt: skip


def strongest(attempts: Sequence[RecordedAttempt]) -> list[RecordedAttempt]:
    """Those that can count: beside answers, a notebook as it was handed out is no attempt."""
    most = max((attempt.received.strength for attempt in attempts), default=0)
    return [attempt for attempt in attempts if attempt.received.strength == most]


def verdicts(book: Gradebook, attempts: Sequence[int] | None = None) -> list[RecordedVerdict]:
    """Every report's figures, or those of these attempts, the oldest first."""
    names = ("id", "attempt_id", "suite_key", "graded_at", "score", "max_score")
    query = select(*(REPORTS.c[name] for name in names)).order_by(REPORTS.c.graded_at, REPORTS.c.id)
    query = query if attempts is None else query.where(REPORTS.c.attempt_id.in_(attempts))
    return [RecordedVerdict(*row) for row in book.rows(query)]


def reports(book: Gradebook, ids: Sequence[int]) -> dict[int, Report]:
    """Number of a verdict → its report.

    Raises:
        GraderError: one is not as it was recorded; whose, and the remedy.
    """
    query = select(REPORTS, *KEY).join(ATTEMPTS, REPORTS.c.attempt_id == ATTEMPTS.c.id)
    found = {}
    for row in _some(book, query, REPORTS.c.id, ids):
        if not intact(row):
            problem = f"the gradebook's report of {row.student} {row.exercise} is damaged"
            remedy = f"grade it again: --student '{row.student}' --exercise {row.exercise} --again"
            raise GraderError(f"{problem}; restore a backup, or {remedy}")
        found[row.id] = report_from(json.loads(row.document))
    return found


def intact(row: Row[*tuple[Any, ...]]) -> bool:
    """Whether a row of `reports`, joined with its attempt, is as it was recorded."""
    figures = row.suite_key, row.score, row.max_score
    return bool(row.sha256 == report_checksum(row.submission_sha256, *figures, row.document))


def unjudged(book: Gradebook, attempts: Sequence[int]) -> dict[int, Report]:
    """Number of an attempt → the report of the last try to judge it, which failed."""
    query = select(UNJUDGED.c.attempt_id, UNJUDGED.c.document)
    rows = _some(book, query, UNJUDGED.c.attempt_id, attempts)
    return {number: report_from(json.loads(document)) for number, document in rows}


def _some(
    book: Gradebook, query: Select[*tuple[Any, ...]], number: Column[int], wanted: Sequence[int]
) -> Iterator[Row[*tuple[Any, ...]]]:
    """The rows with these numbers."""
    for start in range(0, len(wanted), AT_ONCE):
        yield from book.rows(query.where(number.in_(wanted[start : start + AT_ONCE])))


def _columns(received: Received, at: str) -> dict[str, str | int]:
    handed = {name: value for name, value in vars(received).items() if name != "key"}
    return {**vars(received.key), **handed, "late": int(received.late), "seen_at": at, "received_at": at}


def _attempt(connection: Connection, received: Received) -> int:
    """The number of an attempt; made if the file has changed since `receive`, so that its content is new."""
    known = connection.execute(ATTEMPT_WITH, vars(received.key)).scalar_one_or_none()
    if known is not None:
        return int(known)
    new = ATTEMPTS.insert().values(_columns(received, now())).returning(ATTEMPTS.c.id)
    return int(connection.execute(new).scalar_one())
