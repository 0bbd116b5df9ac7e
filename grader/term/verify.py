"""See that a gradebook is as it was written, and that the files made from it are too."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from msgspec import ValidationError
from sqlalchemy import inspect, select, text

from grader.core.grades import ClassGrades
from grader.core.report import report_from
from grader.pages.scores_table import scores_csv
from grader.term.gradebook import Gradebook
from grader.term.gradebook.attempts import KEY, attempts, intact, path_of
from grader.term.gradebook.schema import ATTEMPTS, METADATA, REPORTS
from grader.term.run import digest

AT_ONCE = 100  # reports in memory


@dataclass(frozen=True)
class Verified:
    """What was looked at and what came of it; each problem is a sentence with the remedy."""

    what: str
    result: str
    problems: tuple[str, ...] = ()


def verify_book(book: Gradebook) -> Iterator[Verified]:
    """The database by its own check and by ours of every report, then the files that were handed in."""
    yield _database(book)
    yield _reports(book)
    yield _handed_in(book)


def verify_files(grades: ClassGrades, out: Path) -> Verified:
    """Whether `scores.csv` and the reports in `out` say what the gradebook does."""
    wanted: dict[Path, object] = {out / "scores.csv": scores_csv(grades)}
    for grade in grades.grades():
        if grade.report:
            path = out / "reports" / grade.student / f"{grade.exercise}.json"
            wanted[path] = json.loads(json.dumps(grade.report.as_dict()))
    problems = [
        f"{path} {problem}; make the files again: grader report {out}"
        for path, content in wanted.items()
        if (problem := _difference(path, content))
    ]
    result = f"{len(wanted) - len(problems)} of {len(wanted)} say what the gradebook does"
    return Verified("files", result, tuple(problems))


def _difference(path: Path, content: object) -> str:
    """What is wrong with a file that should have this text, or these values in JSON; "" if nothing is."""
    try:
        written = path.read_bytes().decode("utf-8")
        same = written == content if isinstance(content, str) else json.loads(written) == content
    except FileNotFoundError:
        return "is missing"
    except (OSError, ValueError, RecursionError):
        return "cannot be read"
    return "" if same else "says something else"


def _database(book: Gradebook) -> Verified:
    with book.transaction(reading=True) as connection:
        missing = sorted(set(METADATA.tables) - set(inspect(connection).get_table_names()))
        problems = [f"the table {name} is missing; restore a backup" for name in missing]
        if connection.dialect.name == "sqlite":
            for check in ("integrity_check", "foreign_key_check"):
                rows = connection.execute(text(f"PRAGMA {check}")).all()
                problems += [f"{check}: {row[0]}; restore a backup" for row in rows if row[0] != "ok"]
    return Verified("database", "damaged" if problems else "sound", tuple(problems))


def _reports(book: Gradebook) -> Verified:
    numbers = [row.id for row in book.rows(select(REPORTS.c.id).order_by(REPORTS.c.id))]
    query = select(REPORTS, *KEY).join(ATTEMPTS)
    whole, problems = 0, []
    for start in range(0, len(numbers), AT_ONCE):
        for row in book.rows(query.where(REPORTS.c.id.in_(numbers[start : start + AT_ONCE]))):
            if intact(row) and _score_in(row.document) == row.score:
                whole += 1
            else:
                where = f"the report of {row.student} {row.exercise} of {row.graded_at}"
                remedy = "restore a backup, or grade it again: grader grade --again"
                problems.append(f"{where} is not as it was recorded; {remedy}")
    lost = len(numbers) - whole - len(problems)
    problems += [f"{lost} reports belong to no attempt; restore a backup"] if lost else []
    return Verified("reports", f"{whole} of {len(numbers)} are as they were recorded", tuple(problems))


def _score_in(document: str) -> float | None:
    try:
        return report_from(json.loads(document)).score
    except (ValueError, ValidationError, RecursionError):
        return None


def _handed_in(book: Gradebook) -> Verified:
    """A file that has changed or gone is no fault of the gradebook: its verdict stays."""
    same, changed, gone = 0, 0, 0
    for attempt in attempts(book):
        path, key = path_of(attempt.received.path), attempt.received.key
        if not path.is_file():
            gone += 1
        elif digest(path) == key.submission_sha256:
            same += 1
        else:
            changed += 1
    counts = f"{same} files are as they were, {changed} have other content now, {gone} are gone"
    return Verified("handed in", counts)
