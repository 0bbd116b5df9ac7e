"""The gradebook: what is judged is kept, and judged again only when something that it depends on has changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from support.books import REPORT, grade

from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.report import GradeStatus, Report, report_from
from grader.core.safe_text import storable
from grader.engine.judges import Judges, open_local
from grader.engine.submission import Submission
from grader.exchange.intake.take_in import take_in
from grader.term.gradebook import open_gradebook
from grader.term.gradebook.attempts import (
    AttemptKey,
    Received,
    attempts,
    finished,
    path_of,
    record,
    reports,
    text_of,
    verdicts,
)
from grader.term.gradebook.schema import METADATA, VERSION
from grader.term.run import CHANGED, grade_again, grade_class
from grader.term.standings import class_grades


def recorded(place: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(place / "out" / "gradebook.sqlite")) as connection:
        return connection.execute(
            "select student, reports.id from reports join attempts on attempts.id = attempt_id order by reports.id"
        ).fetchall()


def test_only_what_has_changed_is_judged_again(place: Path) -> None:
    """Nothing; then one notebook; then, with another suite, all; then all because it was asked for."""
    assert "were graded before" not in grade(place).output
    assert "2 of 2 were graded before" in grade(place).output
    with (place / "in" / "bob" / "01_double.ipynb").open("a") as stream:
        stream.write("\n")
    assert "1 of 2 were graded before" in grade(place).output
    assert [student for student, _ in recorded(place)] == ["ada", "bob", "bob"]
    with (place / "course" / "solutions" / "01_double" / "test_hidden.py").open("a") as stream:
        stream.write("\n# another comment\n")
    assert "were graded before" not in grade(place).output
    assert len(recorded(place)) == 5
    assert "were graded before" not in grade(place, "--again").output
    assert len(recorded(place)) == 5


def test_a_lost_report_file_is_written_again_from_the_gradebook(place: Path) -> None:
    """The files are made from the gradebook, and the same as before."""
    grade(place)
    path = place / "out" / "reports" / "ada" / "01_double.json"
    before = path.read_bytes()
    path.unlink()
    grade(place)
    assert path.read_bytes() == before


def test_a_gradebook_may_stand_anywhere(place: Path) -> None:
    """A path or a database URL."""
    assert grade(place, "--gradebook", str(place / "term.sqlite")).exit_code == 0
    assert "2 of 2 were graded before" in grade(place, "--gradebook", f"sqlite:///{place / 'term.sqlite'}").output
    assert not (place / "out" / "gradebook.sqlite").exists()


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("none/there/book.sqlite", "does its folder exist"),
        ("text.sqlite", "this is not a gradebook"),
        ("martian://host/book", "not a database's address"),
    ],
)
def test_what_is_no_gradebook_is_one_line(place: Path, where: str, words: str) -> None:
    """The thing and the remedy."""
    (place / "text.sqlite").write_text("some text, and not a database\n" * 50)
    result = grade(place, "--gradebook", where if "://" in where else str(place / where))
    assert result.exit_code == 2
    assert words in result.stderr and result.stderr.count("\n") == 1


def test_a_gradebook_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    """Whoever wrote it knows more than we do."""
    open_gradebook(tmp_path / "book.sqlite").__exit__()
    with closing(sqlite3.connect(tmp_path / "book.sqlite")) as connection:
        connection.execute("update about set value = ?", [str(VERSION + 1)])
        connection.commit()
    with pytest.raises(GraderError, match="update gradbook"):
        open_gradebook(tmp_path / "book.sqlite")


def test_a_report_comes_back_as_it_went_in(tmp_path: Path) -> None:
    """Through JSON and the database; the second record for the same suite replaces the first."""
    one = Received(AttemptKey("ada", "01_double", "ab"), "in/ada/01_double.ipynb")
    with open_gradebook(tmp_path / "book.sqlite") as book:
        record(book, one, "suite", REPORT)
        record(book, one, "suite", replace(REPORT, score=3.0))
        assert set(finished(book, ["suite"])) == {one.key}
        assert finished(book, ["another"]) == {}
        (verdict,) = verdicts(book)
        assert reports(book, [verdict.id]) == {verdict.id: replace(REPORT, score=3.0)}
    assert report_from(REPORT.as_dict()) == REPORT


def test_our_own_failure_is_kept_apart_from_results(tmp_path: Path) -> None:
    """An attempt that could not be judged is known as such until it is; it is no result of any suite."""
    one = Received(AttemptKey("ada", "01_double", "ab"), "in/ada/01_double.ipynb")
    with open_gradebook(tmp_path / "book.sqlite") as book:
        record(book, one, "suite", replace(REPORT, score=None))
        assert finished(book, ["suite"]) == {}
        assert [bool(attempt.failed_at) for attempt in attempts(book)] == [True]
        record(book, one, "suite", REPORT)
        assert [bool(attempt.failed_at) for attempt in attempts(book)] == [False]


YESTERDAY = """
CREATE TABLE about ("key" VARCHAR(40) NOT NULL, value TEXT NOT NULL, PRIMARY KEY ("key"));
INSERT INTO about VALUES ('schema', '1');
CREATE TABLE attempts (id INTEGER NOT NULL, student TEXT NOT NULL, exercise TEXT NOT NULL,
  submission_sha256 VARCHAR(64) NOT NULL, path TEXT NOT NULL, seen_at VARCHAR(32) NOT NULL, PRIMARY KEY (id),
  CONSTRAINT one_attempt_a_content UNIQUE (student, exercise, submission_sha256));
CREATE TABLE reports (id INTEGER NOT NULL, attempt_id INTEGER NOT NULL, suite_key VARCHAR(64) NOT NULL,
  graded_at VARCHAR(32) NOT NULL, score FLOAT NOT NULL, max_score FLOAT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (id),
  CONSTRAINT one_report_a_suite UNIQUE (attempt_id, suite_key), FOREIGN KEY(attempt_id) REFERENCES attempts (id));
CREATE INDEX ix_reports_attempt_id ON reports (attempt_id);
CREATE INDEX ix_reports_suite_key ON reports (suite_key);
"""


def test_a_gradebook_of_yesterday_keeps_its_term(tmp_path: Path, place: Path) -> None:
    """The first version's tables with a result in them: opened, it has the tables of today, and the result counts."""
    old = tmp_path / "old.sqlite"
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript(YESTERDAY)
        connection.execute(
            "insert into attempts values (7, 'ada', '01_double', 'ab', '/gone/01_double.ipynb', '2026-10-01T08:00:00+00:00')"
        )
        connection.execute(
            "insert into reports values (9, 7, 'a suite', '2026-10-01T08:00:05+00:00', 2.0, 5.0, ?)", [json.dumps(REPORT.as_dict())]
        )
        connection.commit()
    for _ in range(2):  # the second time there is nothing left to do
        with open_gradebook(old) as book:
            assert finished(book, ["a suite"]) == {AttemptKey("ada", "01_double", "ab"): 9}
            assert reports(book, [9]) == {9: REPORT}
            (standing,) = class_grades(book, Course(place / "course")).standings
            assert (standing.person.id, standing.total, standing.grades["01_double"].report) == ("ada", 2.0, REPORT)
    open_gradebook(tmp_path / "new.sqlite").__exit__()
    with closing(sqlite3.connect(old)) as before, closing(sqlite3.connect(tmp_path / "new.sqlite")) as after:
        for table in METADATA.tables:
            columns = [
                {(name, kind.upper(), bool(needed)) for _, name, kind, needed, *_ in each.execute(f"pragma table_info({table})")}
                for each in (before, after)
            ]
            assert columns[0] == columns[1], table
        assert before.execute("select received_at, submitted_at, late from attempts").fetchall() == [("2026-10-01T08:00:00+00:00", "", 0)]


@pytest.mark.parametrize("name", ["ada", "Zoë 张伟", "bad\udcff", "bytes:x"])
def test_any_path_can_be_stored_and_found_again(name: str) -> None:
    """Also one whose bytes are no text."""
    path = Path("/in") / name / "x.ipynb"
    assert path_of(text_of(path)) == path
    text_of(path).encode()


def test_any_name_of_a_folder_can_be_stored() -> None:
    """Bytes that are no text get a spelling of their own."""
    assert storable("Zoë 张伟") == "Zoë 张伟"
    assert storable("bad\udcff") == "bad\\xff"


class BackendThatIsTooLate:
    """Judges whose file is replaced by something unreadable before they read it."""

    @contextmanager
    def judges(self, course: Course, slugs: Collection[str], most: int) -> Iterator[Judges]:
        def submit(submission: Submission) -> Future[Report]:
            submission.path.write_text("not a notebook any more")
            report: Future[Report] = Future()
            report.set_result(Report(submission.student, submission.exercise, 0.0, 5.0, GradeStatus.GRADED, problem="unreadable"))
            return report

        yield Judges(submit, room=lambda: most, look_after=lambda: None)


def test_a_file_that_changes_while_it_is_judged_is_not_recorded(place: Path) -> None:
    """Whose content the verdict is for is not known: no 0 under the old one, a line that says so, and it is judged again."""
    course = Course(place / "course")
    handed = take_in(place / "in", course, place / "received").handed
    with open_gradebook(place / "book.sqlite") as book:
        batch = grade_class(handed, course, lambda: nullcontext(BackendThatIsTooLate()), book, False, lambda done, total: None)
        assert batch.total == 2 and {report.problem for report in batch.ungraded} == {CHANGED} and len(batch.ungraded) == 2
        assert verdicts(book) == [] and [attempt.failed_at for attempt in attempts(book)] == ["", ""]
        again = grade_again([attempt.id for attempt in attempts(book)], course, open_local, book, lambda done, total: None)
        assert again.total == 2 and not again.ungraded and [verdict.score for verdict in verdicts(book)] == [0.0, 0.0]
