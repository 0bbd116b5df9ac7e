"""What is kept of everything handed in: files that were not taken, how sure an attempt is, what was asked for."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from support.books import REPORT
from support.paths import TESTS

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
