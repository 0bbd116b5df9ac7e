"""What is kept of everything handed in: files that were not taken, how sure an attempt is, what was asked for."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.books import REPORT
from support.paths import TESTS

from grader.cli.main import main
from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.grades import NotTaken
from grader.engine.verdict_key import verdict_key
from grader.term.gradebook import open_gradebook
from grader.term.gradebook.attempts import AttemptKey, Received, attempts, receive, record
from grader.term.gradebook.inbox import ask_for, asked_for, keep_not_taken, not_taken
from grader.term.standings import class_grades

OLD = TESTS / "fixtures" / "v0_1_0" / "out" / "gradebook.sqlite"


def schema(book: Path) -> str:
    with closing(sqlite3.connect(book)) as connection:
        return str(connection.execute("select value from about where key = 'schema'").fetchone()[0])


def test_an_older_gradebook_is_copied_before_it_is_changed(tmp_path: Path) -> None:
    """The copy opens as the old one did; the new one has what the old one had. A second opening copies nothing."""
    book = Path(shutil.copy(OLD, tmp_path / "gradebook.sqlite"))
    version = schema(book)
    with open_gradebook(book) as opened:
        before = attempts(opened)
    copy = tmp_path / f"gradebook.sqlite.version-{version}"
    assert schema(copy) == version != schema(book)
    assert len(before) == 5 and len({attempt.received.strength for attempt in before}) == 1
    copy.unlink()
    open_gradebook(book).__exit__()
    assert not copy.exists()


def test_without_room_for_the_copy_nothing_is_changed(tmp_path: Path) -> None:
    """One line, and the gradebook is still the older one."""
    book = Path(shutil.copy(OLD, tmp_path / "gradebook.sqlite"))
    version = schema(book)
    (tmp_path / f"gradebook.sqlite.version-{version}").mkdir()  # a file cannot take its place
    with pytest.raises(GraderError, match="a gradebook is copied before"):
        open_gradebook(book)
    assert schema(book) == version


def test_a_source_that_is_read_again_has_new_rows(tmp_path: Path) -> None:
    """Those of other sources stay; a part of a source replaces only the files that it has."""
    one, two = NotTaken("ada/x.docx", "a Word document", "ada"), NotTaken("ben/y.pdf", "a PDF", "ben")
    with open_gradebook(tmp_path / "book.sqlite") as book:
        keep_not_taken(book, "/week1", [one, two], True)
        keep_not_taken(book, "/week2", [two], True)
        assert not_taken(book) == [one, two]
        keep_not_taken(book, "/week1", [one._replace(why="changed")], False)
        assert not_taken(book) == [one._replace(why="changed"), two]
        keep_not_taken(book, "/week1", [], True)
        assert not_taken(book) == [two]


def test_exercises_asked_for_add_up(tmp_path: Path) -> None:
    """Week after week; before the first time none were."""
    with open_gradebook(tmp_path / "book.sqlite") as book:
        assert asked_for(book) == []
        ask_for(book, ["02_b"])
        ask_for(book, ["01_a", "02_b"])
        assert asked_for(book) == ["01_a", "02_b"]


def test_only_the_strongest_attempts_count(place: Path) -> None:
    """A notebook as it was handed out counts neither as the last attempt nor at all, whenever it came."""
    course = Course(place / "course")
    stub = Received(AttemptKey("ada", "01_double", "s"), "/in/stub.ipynb", "2026-11-02T00:00:00+00:00", strength=3)
    work = replace(stub, key=replace(stub.key, submission_sha256="w"), submitted_at="2026-11-01T00:00:00+00:00", strength=11)
    with open_gradebook(place / "book.sqlite") as book:
        receive(book, [work, stub])
        record(book, stub, verdict_key(course, "01_double"), replace(REPORT, score=0.0))
        record(book, work, verdict_key(course, "01_double"), REPORT)
        (standing,) = class_grades(book, course).standings
    assert (standing.grades["01_double"].score, standing.grades["01_double"].attempts) == (REPORT.score, 2)


def cli(place: Path, *arguments: str) -> Result:
    """`grade` of the class in `in`."""
    common = ("-o", place / "out", "--course", place / "course", "--jobs", "1")
    return CliRunner().invoke(main, [str(a) for a in ("grade", place / "in", *common, *arguments)], catch_exceptions=False)


def test_what_is_not_taken_is_kept_and_shown_and_nobody_handed_in_nothing(place: Path) -> None:
    """With the reason, on the terminal and on the class page; taken the next time, it is gone there."""
    (place / "in" / "cyd").mkdir()
    (place / "in" / "cyd" / "essay.docx").write_bytes(b"PK\3\4 word/")
    (place / "in" / "loose.txt").write_text("x")
    (place / "roster.csv").write_text("id,name\nada,Ada\nbob,Bob\ncyd,Cyd\ndan,Dan\n")
    done = cli(place, "--roster", str(place / "roster.csv"))
    assert "handed in nothing at all: Dan\n" in done.output and "handed in only what was not taken: Cyd\n" in done.output
    page = (place / "out" / "index.html").read_text(encoding="utf-8")
    assert "cyd/essay.docx: it is neither a notebook" in page and "loose.txt" in page
    assert "nothing of what was handed in was taken" in page and "nothing handed in at all" in page
    with open_gradebook(place / "out" / "gradebook.sqlite") as book:
        assert [(file.student, file.file) for file in not_taken(book)] == [("cyd", "cyd/essay.docx"), ("", "loose.txt")]
    (place / "in" / "cyd" / "essay.docx").unlink()
    shutil.copy(place / "in" / "ada" / "01_double.ipynb", place / "in" / "cyd" / "01_double.ipynb")
    cli(place)
    assert "essay.docx" not in (place / "out" / "index.html").read_text(encoding="utf-8")


def test_without_a_roster_who_handed_in_only_other_things_is_in_the_class(place: Path) -> None:
    """With nothing, and with the notice."""
    (place / "in" / "cyd").mkdir()
    (place / "in" / "cyd" / "essay.docx").write_bytes(b"PK\3\4 word/")
    cli(place)
    assert "\ncyd," in (place / "out" / "scores.csv").read_text(encoding="utf-8")


def test_two_of_a_source_do_not_become_one_on_the_roster(place: Path) -> None:
    """Both are named, and nothing is graded."""
    shutil.copytree(place / "in" / "ada", place / "in" / "ada@uni.example")
    (place / "roster.csv").write_text("id,name,email\nada,Ada,ada@uni.example\n")
    done = cli(place, "--roster", str(place / "roster.csv"))
    assert done.exit_code == 2 and done.stderr.count("\n") == 1
    assert "ada and ada@uni.example would both be Ada (ada)" in done.stderr
    assert not (place / "out" / "scores.csv").exists()


def test_the_total_counts_what_was_asked_for(place: Path) -> None:
    """By course.toml or by `--exercise`; what was only found is shown, and costs nobody anything."""
    shutil.copytree(place / "course" / "solutions" / "01_double", place / "course" / "solutions" / "02_double")
    (place / "course" / "solutions" / "02_double" / "01_double.ipynb").rename(place / "course" / "solutions" / "02_double" / "02_double.ipynb")
    shutil.copy(place / "in" / "ada" / "01_double.ipynb", place / "in" / "ada" / "02_double.ipynb")
    course = Course(place / "course")

    def most() -> tuple[float, int]:
        with open_gradebook(place / "out" / "gradebook.sqlite") as book:
            grades = class_grades(book, Course(course.root))
        return grades.standings[1].max_total, len(grades.columns)

    cli(place, "--exercise", "01")
    assert most() == (5.0, 1)
    with (place / "course" / "solutions" / "course.toml").open("a") as settings:
        settings.write("\n[deadlines]\n01_double = 2026-01-01\n")
    cli(place, "--exercise", "02")
    assert most() == (10.0, 2)
    shutil.rmtree(place / "out")
    cli(place)
    assert most() == (5.0, 2)
    assert "time unknown: counted as in time" in (place / "out" / "students").glob("ada*").__next__().read_text(encoding="utf-8")


def test_a_dry_run_shows_everything_and_writes_nothing(place: Path) -> None:
    """Which file for whom as what and why, what is not taken and why; also by a gradebook that is there."""
    (place / "in" / "bob" / "essay.pdf").write_bytes(b"%PDF")
    (place / "in" / "bob" / "01_double.ipynb").rename(place / "in" / "bob" / "mine.ipynb")
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    done = cli(place, "--dry-run")
    assert done.exit_code == 0 and {path: path.stat().st_mtime_ns for path in place.rglob("*")} == before
    words = " ".join(done.output.replace("│", " ").split())
    assert "ada 01_double ada/01_double.ipynb named after it" in words and "defines double" in words and "bob/essay.pdf" in words
