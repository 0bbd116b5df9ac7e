"""The gradebook: what is judged is kept, and judged again only when something that it depends on has changed."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import COURSE

from grader.cli import main
from grader.errors import GraderError
from grader.gradebook import open_gradebook
from grader.gradebook.book import Key, storable
from grader.gradebook.schema import MIGRATIONS
from grader.report import CellResult, QuestionResult, Report, TestResult, report_from

REPORT = Report(
    "ada", "01_double", 2.0, 5.0, "graded",
    questions=(QuestionResult("double", 2.0, 5.0, "failed", (TestResult("test_a", "failed", 2.0, 5.0, "It doubles.", "got 3", "x"),)),),
    cells=(CellResult(1, "failed", "NameError"),), timings={"total_s": 0.1}, submission_sha256="ab",
)  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A class of two and a course of its own."""
    shutil.copytree(COURSE, tmp_path / "course")
    for student in ("ada", "bob"):
        (tmp_path / "in" / student).mkdir(parents=True)
        shutil.copy(COURSE / "solutions" / "01_double" / "01_double.ipynb", tmp_path / "in" / student)
    return tmp_path


def grade(place: Path, *more: str) -> Result:
    arguments = ["grade", place / "in", "-o", place / "out", "--course", place / "course", "--jobs", "1", *more]
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


def reports(place: Path) -> list[tuple[str, int]]:
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
    assert [student for student, _ in reports(place)] == ["ada", "bob", "bob"]
    with (place / "course" / "solutions" / "01_double" / "test_hidden.py").open("a") as stream:
        stream.write("\n# another comment\n")
    assert "were graded before" not in grade(place).output
    assert len(reports(place)) == 5
    assert "were graded before" not in grade(place, "--again").output
    assert len(reports(place)) == 5


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
        ("text.sqlite", "this is no gradebook"),
        ("martian://host/book", "no database can be opened from this"),
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
        connection.execute("update about set value = ?", [str(len(MIGRATIONS) + 1)])
        connection.commit()
    with pytest.raises(GraderError, match="update gradbook"):
        open_gradebook(tmp_path / "book.sqlite")


def test_a_report_comes_back_as_it_went_in(tmp_path: Path) -> None:
    """Through JSON and the database; the second record for the same suite replaces the first."""
    key = Key("ada", "01_double", "ab")
    with open_gradebook(tmp_path / "book.sqlite") as book:
        book.record(key, "in/ada/01_double.ipynb", "suite", REPORT)
        book.record(key, "in/ada/01_double.ipynb", "suite", replace(REPORT, score=3.0))
        assert book.finished(["suite"]) == {key: replace(REPORT, score=3.0)}
        assert book.finished(["another"]) == {}
        with pytest.raises(ValueError, match="ungraded"):
            book.record(key, "in/ada/01_double.ipynb", "suite", replace(REPORT, score=None))
    assert report_from(REPORT.as_dict()) == REPORT


def test_any_name_of_a_folder_can_be_stored() -> None:
    """Bytes that are no text get a spelling of their own."""
    assert storable("Zoë 张伟") == "Zoë 张伟"
    assert storable("bad\udcff") == "bad\\xff"
