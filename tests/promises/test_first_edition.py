"""What 0.1.0 wrote opens in every later version: gradebook, course, kit, reports, and exports of the same scores."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import shutil
import sqlite3
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.paths import TESTS

from grader.cli.main import main
from grader.core.course import Course
from grader.core.report import report_from

FIRST = TESTS / "fixtures" / "v0_1_0"
EXPORTS = FIRST / "exports"
SLUGS = ["01_double", "02_scale"]
COLUMNS = ("--column", "01_double=Double (101)", "--column", "02_scale=Scale (102)")


@pytest.fixture(scope="module")
def term(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of everything; the notebooks that the gradebook names lie in it."""
    folder = Path(shutil.copytree(FIRST, tmp_path_factory.mktemp("first") / "term"))
    move_notebooks(folder, "/srv/term", str(folder))
    return folder


def move_notebooks(term: Path, before: str, after: str) -> None:
    with sqlite3.connect(term / "out" / "gradebook.sqlite") as book:
        moved = book.execute("update attempts set path = replace(path, ?, ?)", (before, after)).rowcount
    book.close()
    assert moved == 5


def run(term: Path, *arguments: str) -> Result:
    done = CliRunner().invoke(main, [*arguments, "--course", str(term / "course")], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done


def export(term: Path, *arguments: str) -> Path:
    run(term, "export", "-o", str(term / "out"), "--to", str(term / "export"), "--draft", "--format", *arguments)
    return term / "export"


def rows(text: str) -> list[list[object]]:
    """A CSV file, with numbers as numbers: 5 and 5.0 are the same score."""
    return [[number(cell) for cell in row] for row in csv.reader(io.StringIO(text))]


def number(cell: str) -> object:
    try:
        return float(cell)
    except ValueError:
        return cell


def elements(text: str) -> list[object]:
    return [(each.tag, each.attrib, (each.text or "").strip()) for each in ElementTree.fromstring(text).iter()]


def test_scores_are_found_again_by_report(term: Path) -> None:
    """From the gradebook, with the first edition's course, override and grace days."""
    (term / "out" / "scores.csv").unlink()
    run(term, "report", str(term / "out"))
    assert (term / "out" / "scores.csv").read_text() == (FIRST / "out" / "scores.csv").read_text()
    for student in ("ada", "ben", "chloé martin"):
        assert (term / "out" / "feedback" / student / "01_double.html").exists()


def test_another_version_grades_once_more_and_to_the_same_scores(tmp_path: Path) -> None:
    """The notebooks handed in once more; then nothing again, with those that the gradebook names."""
    term = Path(shutil.copytree(FIRST, tmp_path / "term"))
    move_notebooks(term, "/srv/term", str(term))
    for submissions, before in ([str(term / "submissions")], ""), ([], "5 of 5 were graded before"):
        done = run(term, "grade", *submissions, "-o", str(term / "out"))
        assert before in done.output
        assert (term / "out" / "scores.csv").read_text() == (FIRST / "out" / "scores.csv").read_text()


def test_notebooks_that_are_gone_are_said_and_their_results_stay(tmp_path: Path) -> None:
    """The gradebook came from another machine."""
    term = Path(shutil.copytree(FIRST, tmp_path / "term"))
    move_notebooks(term, "/srv/term", "/nowhere/term")
    done = CliRunner().invoke(main, ["grade", "-o", str(term / "out"), "--course", str(term / "course")])
    assert done.exit_code == 2 and "names no notebook that is still there" in done.stderr
    run(term, "report", str(term / "out"))
    assert (term / "out" / "scores.csv").read_text() == (FIRST / "out" / "scores.csv").read_text()


def test_reports_load_and_are_written_as_they_were() -> None:
    """The same JSON, in and out; the suite's hash in it is that of the files."""
    paths = sorted((FIRST / "out" / "reports").rglob("*.json"))
    assert len(paths) == 5
    for path in paths:
        data = json.loads(path.read_text(encoding="utf-8"))
        report = report_from(data)
        assert report.as_dict() == data
        assert report.suite_sha256 == Course(FIRST / "course").exercises[report.exercise].suite_sha256()


def test_the_course_is_read_and_audits(term: Path) -> None:
    """Its settings, questions and limits; the complete exercise of the two has nothing to complain of."""
    course = Course(term / "course")
    assert list(course.exercises) == list(course.released) == SLUGS
    assert course.exercises["01_double"].question_names == ["double", "Counter", "apply"]
    assert course.settings.grace_days == 1 and sorted(course.settings.extensions) == ["ben"]
    assert "19 cases as they should be, 0 not" in run(term, "audit", "02_scale").output


def test_a_kit_is_a_course_of_this_version(tmp_path: Path) -> None:
    """A student who unpacked it then lists, checks and asks for hints now."""
    with zipfile.ZipFile(FIRST / "kit.zip") as kit:
        kit.extractall(tmp_path)
    (tmp_path / "deep-learning-exercises").rename(tmp_path / "course")
    assert list(Course(tmp_path / "course").released) == SLUGS
    listed = run(tmp_path, "list").output
    assert "01_double" in listed and "02_scale" in listed
    assert "hint 1 of" in run(tmp_path, "hint", "02_scale", "softplus").output


@pytest.mark.parametrize(
    ("name", "arguments", "read"),
    [
        ("csv", ("csv",), rows),
        ("questions.csv", ("csv", "--questions"), rows),
        ("canvas.csv", ("canvas", "--template", "canvas_template.csv", *COLUMNS), rows),
        ("moodle.csv", ("moodle", "--template", "moodle_template.csv", "--exercise", "01_double"), rows),
        ("nbgrader", ("nbgrader",), rows),
        ("junit", ("junit",), elements),
        ("json", ("json",), json.loads),
    ],
)
def test_an_export_in_one_file_says_the_same(
    term: Path, name: str, arguments: tuple[str, ...], read: Callable[[str], object]
) -> None:
    """Cell by cell."""
    made = export(term, *[str(term / part) if part.endswith("_template.csv") else part for part in arguments])
    assert read(made.read_text(encoding="utf-8")) == read((EXPORTS / name).read_text(encoding="utf-8"))
    made.unlink()


@pytest.mark.parametrize("name", ["gradescope", "github"])
def test_an_export_in_a_folder_says_the_same(term: Path, name: str) -> None:
    """The same files with the same content."""
    readers: dict[str, Callable[[str], object]] = {
        ".csv": rows, ".json": json.loads, ".result": lambda text: json.loads(base64.b64decode(text))
    }  # fmt: skip
    made = export(term, name)
    for folder in (made, EXPORTS / name):
        assert len(list(folder.rglob("*.json"))) >= 5
    contents = [
        {path.relative_to(folder): readers[path.suffix](path.read_text(encoding="utf-8")) for path in folder.rglob("*.*")}
        for folder in (made, EXPORTS / name)
    ]
    assert contents[0] == contents[1]
    shutil.rmtree(made)


def test_the_fixtures_are_those_that_were_made_then() -> None:
    """A test that opened the gradebook in place would change it."""
    digest = hashlib.sha256((FIRST / "out" / "gradebook.sqlite").read_bytes()).hexdigest()
    assert digest == "cc5f7f0e9741e2f65c58c5a8d92937e6296141f89725ec2bfb9b4030bce03be9"
    assert {path.name for path in (FIRST / "out").iterdir()} == {"gradebook.sqlite", "reports", "scores.csv"}
