"""The gradebook's tables, and the steps that bring an older gradebook up to them."""

from __future__ import annotations

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
)

METADATA = MetaData()

ABOUT = Table("about", METADATA, Column("key", String(40), primary_key=True), Column("value", Text, nullable=False))

ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("student", Text, nullable=False),
    Column("exercise", Text, nullable=False),
    Column("submission_sha256", String(64), nullable=False),
    Column("path", Text, nullable=False),
    Column("seen_at", String(32), nullable=False),
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
    UniqueConstraint("attempt_id", "suite_key", name="one_report_a_suite"),
)


def _first_tables(connection: Connection) -> None:
    METADATA.create_all(connection, tables=[ATTEMPTS, REPORTS])


MIGRATIONS: list[Callable[[Connection], None]] = [_first_tables]


def migrate(connection: Connection) -> int:
    """Bring the tables up to date, within the caller's transaction; the version that was there before.

    Raises:
        ValueError: the gradebook is of a later version of this program.
    """
    if not inspect(connection).has_table("about"):
        METADATA.create_all(connection, tables=[ABOUT])
        connection.execute(ABOUT.insert().values(key="schema", value="0"))
    before = int(connection.execute(select(ABOUT.c.value).where(ABOUT.c.key == "schema")).scalar_one())
    if before > len(MIGRATIONS):
        raise ValueError(f"of schema version {before}, and this program knows {len(MIGRATIONS)}")
    for step in MIGRATIONS[before:]:
        step(connection)
    if before < len(MIGRATIONS):
        connection.execute(ABOUT.update().where(ABOUT.c.key == "schema").values(value=str(len(MIGRATIONS))))
    return before
