"""A copy of a gradebook, made before anything in it is changed for good or removed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine, MetaData, create_engine, select
from sqlalchemy.exc import SQLAlchemyError

from grader.core.errors import GraderError
from grader.core.files import UNFINISHED

AT_ONCE = 500  # rows


def back_up(engine: Engine, why: str) -> Path:
    """Copy the gradebook to an SQLite file `<its name>.<why>`, beside it or, if it is no file, here.

    Raises:
        GraderError: the copy cannot be written.
    """
    place = Path(engine.url.database or "gradebook")
    is_file = engine.dialect.name == "sqlite"
    copy = (place if is_file else Path(place.name)).with_name(f"{place.name}.{why}")
    try:
        with _whole(copy) as unfinished:
            if is_file:
                with closing(sqlite3.connect(place)) as old, closing(sqlite3.connect(unfinished)) as new:
                    old.backup(new)
            else:
                _copy_tables(engine, unfinished)
    except (OSError, sqlite3.Error, SQLAlchemyError) as error:
        remedy = "free some space or mend its permissions; a gradebook is copied before anything in it goes"
        why_not = error.strerror if isinstance(error, OSError) else error
        raise GraderError(f"{copy}: cannot be written ({why_not}); {remedy}") from None
    return copy


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A path to write to, which becomes `path` once everything is written."""
    unfinished = path.with_name(f"{UNFINISHED}{path.name}")
    unfinished.unlink(missing_ok=True)
    yield unfinished
    unfinished.replace(path)


def _copy_tables(engine: Engine, path: Path) -> None:
    """Every table as it is, which may be an older form than ours."""
    tables, new = MetaData(), create_engine(URL.create("sqlite", database=str(path)))
    with engine.connect().execution_options(reading=True) as old, new.begin() as made:
        tables.reflect(old)
        tables.create_all(made)
        for table in tables.sorted_tables:
            for rows in old.execute(select(table)).mappings().partitions(AT_ONCE):
                made.execute(table.insert(), [dict(row) for row in rows])
    new.dispose()
