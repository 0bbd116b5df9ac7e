"""Records that can be proved: whose they are, that they are as they were written, and that nothing is lost."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.books import REPORT
from support.paths import COURSE

from grader.cli.main import main
from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.grades import Override
from grader.core.students import Person
from grader.engine.verdict_key import verdict_key
from grader.term.gradebook import open_gradebook
from grader.term.gradebook.attempts import AttemptKey, Received, receive, record
from grader.term.gradebook.belonging import belong, require_own
from grader.term.gradebook.overrides import override
from grader.term.gradebook.people import meet

SLUG = "01_double"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A course, and a folder of results for two students, as `grader grade` leaves it."""
    course = Path(shutil.copytree(COURSE, tmp_path / "course"))
    out = tmp_path / "out"
    out.mkdir()
    with open_gradebook(out / "gradebook.sqlite") as book:
        belong(book, Course(course))
        for student in ("ada", "bob"):
            key = AttemptKey(student, SLUG, student * 20)
            receive(book, [Received(key, str(tmp_path / f"{student}.ipynb"))])
            report = replace(REPORT, student=student, submission_sha256=student * 20)
            record(book, Received(key, str(tmp_path / f"{student}.ipynb")), verdict_key(Course(course), SLUG), report)
    assert run(tmp_path, "report", "OUT").exit_code == 0
    return tmp_path


def run(place: Path, *arguments: str) -> Result:
    out, course = str(place / "out"), str(place / "course")
    return CliRunner().invoke(main, [*(out if each == "OUT" else each for each in arguments), "--course", course])


def sql(place: Path, statement: str) -> None:
    with closing(sqlite3.connect(place / "out" / "gradebook.sqlite")) as connection, connection:
        connection.execute(statement)


def pages(place: Path) -> list[str]:
    return sorted(path.name for path in (place / "out").rglob("*.html"))


def another(tmp_path: Path, settings: str, slug: str = SLUG) -> Course:
    """A course with these settings and this exercise."""
    root = tmp_path / f"another{len(list(tmp_path.iterdir()))}"
    shutil.copytree(COURSE, root)
    (root / "solutions" / SLUG).rename(root / "solutions" / slug)
    (root / "solutions" / "course.toml").write_text(settings)
    return Course(root)


def test_a_gradebook_belongs_to_one_course(tmp_path: Path) -> None:
    """To its id or, without one, to its salt, which is another one every term; the folder may move."""
    first, moved = another(tmp_path, 'salt = "2026"'), another(tmp_path, 'salt = "2026"')
    with open_gradebook(tmp_path / "book.sqlite") as book:
        belong(book, first)
        require_own(book, moved)
        for other in (another(tmp_path, 'salt = "2027"'), another(tmp_path, 'id = "dl"')):
            with pytest.raises(GraderError, match=r"book.sqlite belongs to another course, last in .*; choose another output folder .*--same-course$"):
                belong(book, other)
        named = another(tmp_path, 'id = "dl"\nsalt = "2026"')
        belong(book, named, same=True)
        belong(book, another(tmp_path, 'id = "dl"\nsalt = "2027"'))  # its id is what counts
        with pytest.raises(GraderError, match="belongs to another course"):
            belong(book, first)


def test_a_gradebook_from_before_is_known_by_its_exercises(tmp_path: Path) -> None:
    """One that names no course is not graded into by a course that has none of its exercises."""
    with open_gradebook(tmp_path / "book.sqlite") as book:
        receive(book, [Received(AttemptKey("ada", SLUG, "a"), "ada.ipynb")])
        with pytest.raises(GraderError, match=f"is about {SLUG}, and .* has none of them"):
            belong(book, another(tmp_path, "", "07_other"))
        belong(book, another(tmp_path, ""))


@pytest.mark.parametrize("command", ["report OUT", "diff -o OUT", "export -f csv -o OUT", "grade -o OUT", "feedback OUT"])
def test_no_command_mixes_two_courses(place: Path, command: str) -> None:
    """The wrong folder, or last term's results: one line, and nothing is written."""
    before = {path: path.read_bytes() for path in (place / "out").rglob("*.*") if path.is_file() and "sqlite" not in path.name}
    (place / "course" / "solutions" / "course.toml").write_text('salt = "next term"')
    result = run(place, *command.split())
    assert result.exit_code == 2 and "belongs to another course" in result.stderr and result.stderr.count("\n") == 1
    assert before == {path: path.read_bytes() for path in before}


def test_a_whole_gradebook_is_verified(place: Path) -> None:
    result = run(place, "verify", "OUT")
    assert result.exit_code == 0, result.output
    lines = [" ".join(line.split()) for line in result.output.splitlines()]
    assert lines == [
        "database sound",
        "reports 2 of 2 are as they were recorded",
        "handed in 0 files are as they were, 0 have other content now, 2 are gone",
        "files 3 of 3 say what the gradebook does",
    ]


FORGERIES: dict[str, Callable[[Path], object]] = {
    "a score": lambda place: sql(place, "update reports set score = 4.0 where id = 1"),
    "a report": lambda place: sql(place, "update reports set document = replace(document, '\"score\": 2.0', '\"score\": 3.0') where id = 1"),
    "a report that is cut off": lambda place: sql(place, "update reports set document = substr(document, 1, 300) where id = 1"),
    "the attempt it belongs to": lambda place: sql(place, "update attempts set submission_sha256 = 'x' where id = 1"),
    "the suite": lambda place: sql(place, "update reports set suite_key = 'x' where id = 1"),
    "a checksum": lambda place: sql(place, "update reports set sha256 = '' where id = 1"),
    "no attempt": lambda place: sql(place, "delete from attempts where id = 1"),
    "scores.csv": lambda place: (place / "out" / "scores.csv").write_text("student,total\nada,5\n"),
    "a file of a report": lambda place: (place / "out" / "reports" / "ada" / f"{SLUG}.json").write_text("{}"),
    "a file that is gone": lambda place: (place / "out" / "reports" / "ada" / f"{SLUG}.json").unlink(),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_what_was_changed_behind_our_back_is_found(place: Path, what: str) -> None:
    """Each with a line that says what to do; and no score is made of it, nor a traceback."""
    FORGERIES[what](place)
    result = run(place, "verify", "OUT")
    assert result.exit_code == 1 and "Traceback" not in result.output and result.exception is None or isinstance(result.exception, SystemExit)
    (problem,) = [line for line in result.output.splitlines() if line.startswith("    ")][:1]
    assert "restore a backup" in problem or "grader report" in problem


@pytest.mark.parametrize("what", ["a score", "a report", "a report that is cut off", "a checksum"])
def test_no_page_is_made_of_a_damaged_report(place: Path, what: str) -> None:
    """One line names it and the remedy; the pages stay as they are."""
    before = pages(place)
    FORGERIES[what](place)
    result = run(place, "report", "OUT")
    assert result.exit_code == 2 and "the gradebook's report of ada 01_double is damaged; restore a backup, or grade it again" in result.stderr
    assert pages(place) == before


@pytest.mark.parametrize("size", [0, 100, 5_000, 20_000])
def test_an_empty_or_damaged_gradebook_removes_nothing(place: Path, size: int) -> None:
    """Cut short by a full disk or a failed copy: every page stays, and one line says what to do."""
    before, path = pages(place), place / "out" / "gradebook.sqlite"
    for more in ("-wal", "-shm"):
        Path(f"{path}{more}").unlink(missing_ok=True)
    path.write_bytes(path.read_bytes()[:size])
    result = run(place, "report", "OUT")
    assert result.exit_code == 2 and result.stderr.count("\n") == 1 and result.stderr.startswith("grader: "), result.stderr
    assert "restore a backup" in result.stderr or "not a gradebook" in result.stderr
    assert pages(place) == before


def test_a_roster_that_joins_two_students_is_preceded_by_a_backup(place: Path) -> None:
    """What either had handed in can be read in it."""
    with open_gradebook(place / "out" / "gradebook.sqlite") as book:
        meet(book, [Person("bob", "Bob", email="bob@example.org")])
    roster = place / "roster.csv"
    roster.write_text("id,name,email\nb.ob,Bob,bob@example.org\n")
    (place / "in" / "ada").mkdir(parents=True)
    shutil.copy(COURSE / "solutions" / SLUG / f"{SLUG}.ipynb", place / "in" / "ada")
    run(place, "grade", str(place / "in"), "-o", "OUT", "--roster", str(roster), "--sandbox", "none", "--jobs", "1")
    (copy,) = (place / "out").glob("gradebook.sqlite.before-roster-*")
    with closing(sqlite3.connect(copy)) as connection:
        assert {row[0] for row in connection.execute("select student from attempts")} == {"ada", "bob"}


def test_a_score_that_no_sum_can_hold_is_refused(place: Path) -> None:
    """By hand as from a file; one that an older gradebook has does not break the report."""
    for score in ("1e308", "nan", "inf", "-1", "1000001"):
        result = run(place, "override", "ada", SLUG, "--score", score, "-o", "OUT")
        assert result.exit_code == 2 and "is not a valid score; give points from 0 to 1,000,000" in result.stderr
    with open_gradebook(place / "out" / "gradebook.sqlite") as book:
        override(book, [Override("ada", SLUG, "", 1e308, "", "x", ""), Override("bob", SLUG, "", 1e308, "", "x", "")])
    assert run(place, "report", "OUT").exit_code == 0
    assert run(place, "override", "ada", SLUG, "--clear", "-o", "OUT").exit_code == 0


@pytest.mark.parametrize("address", ["postgresql://ada:s3cret@[half/db", "nonsense://ada:s3cr@et@host/db", "postgresql://host:port/db?password=s3cret"])
def test_a_password_is_never_printed(place: Path, address: str) -> None:
    """Nor a part of it."""
    result = run(place, "grade", "-o", "OUT", "--gradebook", address)
    assert result.exit_code == 2 and "s3cr" not in result.output + result.stderr and "et@" not in result.stderr
