"""The gradebook's tables, and the steps that bring an older gradebook up to them."""

import hashlib
from collections.abc import Callable

from sqlalchemy import (
    Column,
    Connection,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    select,
    text,
)

from grader.exchange.intake.handed_in import STRONGEST

METADATA = MetaData()

ABOUT = Table(
    "about", METADATA, Column("key", String(40), primary_key=True), Column("value", Text, nullable=False)
)

# A file that somebody handed in. `received_at` is when it was last among what was to be graded, `place` its
# rank among several attempts whose times are not known. Only attempts of the greatest `strength` count,
# `recognised` says why one was taken, and `doubt` why it is not graded, as in `intake.handed_in.Handed`.
ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("student", Text, nullable=False),
    Column("exercise", Text, nullable=False),
    Column("submission_sha256", String(64), nullable=False),
    Column("path", Text, nullable=False),
    Column("seen_at", String(32), nullable=False),
    Column("received_at", String(32), nullable=False, server_default=""),
    Column("submitted_at", String(32), nullable=False, server_default=""),
    Column("late", Integer, nullable=False, server_default="0"),
    Column("place", Integer, nullable=False, server_default="0"),
    Column("kind", String(20), nullable=False, server_default=""),
    Column("original", Text, nullable=False, server_default=""),
    Column("lms_id", Text, nullable=False, server_default=""),
    Column("strength", Integer, nullable=False, server_default=str(STRONGEST)),
    Column("recognised", Text, nullable=False, server_default=""),
    Column("doubt", Text, nullable=False, server_default=""),
    UniqueConstraint("student", "exercise", "submission_sha256", name="one_attempt_a_content"),
)

REPORTS = Table(
    "reports",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("attempt_id", Integer, ForeignKey("attempts.id"), nullable=False, index=True),
    Column("suite_key", String(64), nullable=False, index=True),
    Column("graded_at", String(32), nullable=False),
    Column("score", Float, nullable=False),
    Column("max_score", Float, nullable=False),
    Column("document", Text, nullable=False),
    Column("sha256", String(64), nullable=False, server_default=""),
    UniqueConstraint("attempt_id", "suite_key", name="one_report_a_suite"),
)

# Attempts that could not be judged at the last try: no result, and the reason.
UNJUDGED = Table(
    "unjudged",
    METADATA,
    Column("attempt_id", Integer, ForeignKey("attempts.id"), primary_key=True, autoincrement=False),
    Column("tried_at", String(32), nullable=False),
    Column("document", Text, nullable=False),
)

STUDENTS = Table(
    "students",
    METADATA,
    Column("id", Text, primary_key=True),
    *(
        Column(name, Text, nullable=False, server_default="")
        for name in ("name", "sortable", "email", "section", "canvas", "sis", "login", "moodle", "github")
    ),
    Column("enrolled", Integer, nullable=False, server_default="0"),
)

# Never changed and never deleted: of several for one question the last one counts, and one without score and
# comment takes those before it back.
OVERRIDES = Table(
    "overrides",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("student", Text, nullable=False, index=True),
    Column("exercise", Text, nullable=False),
    Column("question", Text, nullable=False, server_default=""),
    Column("score", Float),
    Column("comment", Text, nullable=False, server_default=""),
    Column("by", Text, nullable=False),
    Column("at", String(32), nullable=False),
)

# Never changed and never deleted, as overrides: of several for one question the last one counts, and one
# without a kind takes those before it back.
RULINGS = Table(
    "rulings",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("exercise", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", String(32), nullable=False),
)

# What was exported, so that a regrade can say what would change for whom.
PUBLISHED = Table(
    "published",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("by", Text, nullable=False),
    Column("format", String(20), nullable=False),
    Column("student", Text, nullable=False),
    Column("exercise", Text, nullable=False, index=True),
    Column("score", Float),
    Column("max_score", Float, nullable=False),
    Column("report_id", Integer),
)

# Files that were handed in and not taken, each with the reason; a source that is read again has new rows.
NOT_TAKEN = Table(
    "not_taken",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("student", Text, nullable=False, server_default=""),
    Column("file", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("received_at", String(32), nullable=False),
)


def _term(connection: Connection) -> None:
    """Version 2: when attempts came and from where, people, overrides, what was published."""
    for column, default in (
        ("received_at VARCHAR(32)", "''"),
        ("submitted_at VARCHAR(32)", "''"),
        ("kind VARCHAR(20)", "''"),
        ("original TEXT", "''"),
        ("lms_id TEXT", "''"),
        ("late INTEGER", "0"),
        ("place INTEGER", "0"),
    ):
        connection.execute(text(f"ALTER TABLE attempts ADD COLUMN {column} NOT NULL DEFAULT {default}"))
    connection.execute(text("UPDATE attempts SET received_at = seen_at"))
    METADATA.create_all(connection, tables=[UNJUDGED, STUDENTS, OVERRIDES, PUBLISHED])


def _content(connection: Connection) -> None:
    """Version 3: how surely a file is an attempt, and what was handed in and not taken."""
    for column, default in (("strength INTEGER", STRONGEST), ("recognised TEXT", "''"), ("doubt TEXT", "''")):
        connection.execute(text(f"ALTER TABLE attempts ADD COLUMN {column} NOT NULL DEFAULT {default}"))
    METADATA.create_all(connection, tables=[NOT_TAKEN])


def _records(connection: Connection) -> None:
    """Version 4: checksums of reports, and decisions on a question for the whole class."""
    connection.execute(text("ALTER TABLE reports ADD COLUMN sha256 VARCHAR(64) NOT NULL DEFAULT ''"))
    METADATA.create_all(connection, tables=[RULINGS])
    query = select(REPORTS, ATTEMPTS.c.submission_sha256).join(ATTEMPTS)
    for row in connection.execute(query).all():
        figures = row.suite_key, row.score, row.max_score, row.document
        checksum = report_checksum(row.submission_sha256, *figures)
        connection.execute(REPORTS.update().where(REPORTS.c.id == row.id).values(sha256=checksum))


def report_checksum(submission: str, suite_key: str, score: float, max_score: float, document: str) -> str:
    """What a report's row is checked by; it stays when the student or the exercise gets another name."""
    parts = (submission, suite_key, repr(score), repr(max_score), document)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


# What brings version n to n + 1 stands at place n - 1; a new gradebook has the tables above at once.
STEPS: list[Callable[[Connection], None]] = [_term, _content, _records]
VERSION = len(STEPS) + 1


def migrate(connection: Connection, backup: Callable[[int], object] = lambda version: None) -> None:
    """Create the tables or bring them up to date, within the caller's transaction.

    Args:
        backup: called with the version of an older gradebook before anything in it is changed.

    Raises:
        ValueError: the gradebook is of a later version of this program.
    """
    if not inspect(connection).has_table("about"):
        METADATA.create_all(connection)
        connection.execute(ABOUT.insert().values(key="schema", value=str(VERSION)))
        return
    before = int(connection.execute(select(ABOUT.c.value).where(ABOUT.c.key == "schema")).scalar_one())
    if before > VERSION:
        raise ValueError(f"of schema version {before}, and this program knows {VERSION}")
    if before < VERSION:
        backup(before)
    for step in STEPS[before - 1 :]:
        step(connection)
    if before < VERSION:
        connection.execute(ABOUT.update().where(ABOUT.c.key == "schema").values(value=str(VERSION)))
