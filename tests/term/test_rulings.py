"""A question that was asked wrongly: taken out for the whole class, or given to everybody."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.books import REPORT
from support.paths import COURSE

from grader.cli.main import main
from grader.core.course import Course
from grader.core.report import QuestionResult, Status, TestResult
from grader.engine.verdict_key import verdict_key
from grader.pages.addresses import page_name
from grader.term.gradebook import open_gradebook
from grader.term.gradebook.attempts import AttemptKey, Received, record

SLUG = "01_double"


def answer(name: str, earned: float, most: float) -> QuestionResult:
    status = Status.PASSED if earned == most else Status.FAILED
    return QuestionResult(name, earned, most, status, (TestResult("test_it", status, earned, most, "It works."),))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Ada has 3 of 3 and 0 of 1, Bob 0 of 3 and 1 of 1."""
    course = Path(shutil.copytree(COURSE, tmp_path / "course"))
    (tmp_path / "out").mkdir()
    with open_gradebook(tmp_path / "out" / "gradebook.sqlite") as book:
        for student, scores in (("ada", (3.0, 0.0)), ("bob", (0.0, 1.0))):
            questions = answer("double", scores[0], 3.0), answer("Counter", scores[1], 1.0)
            report = replace(REPORT, student=student, score=sum(scores), max_score=4.0, questions=questions)
            received = Received(AttemptKey(student, SLUG, student), str(tmp_path / student))
            record(book, received, verdict_key(Course(course), SLUG), replace(report, submission_sha256=student))
    assert run(tmp_path, "report", "OUT").exit_code == 0
    return tmp_path


def run(place: Path, *arguments: str) -> Result:
    out = str(place / "out")
    words = [out if each == "OUT" else each for each in arguments]
    return CliRunner().invoke(main, [*words, "--course", str(place / "course")], catch_exceptions=False)


def rule(place: Path, *arguments: str) -> Result:
    result = run(place, "question", SLUG, *arguments, "-o", "OUT", "--by", "grace")
    assert result.exit_code == 0, result.stderr
    return result


def totals(place: Path) -> list[str]:
    """Scores as in scores.csv, with the maximum."""
    rows = (place / "out" / "scores.csv").read_text().splitlines()[1:]
    return [",".join(row.split(",")[-2:]) for row in rows]


def test_a_void_question_counts_for_nobody(place: Path) -> None:
    """Neither its points nor its maximum; it stays until it is taken back."""
    assert totals(place) == ["3,4", "1,4"]
    rule(place, "double", "--void", "--reason", "it asked for 2x and tested 3x")
    assert totals(place) == ["0,1", "1,1"]
    rule(place, "double", "--clear")
    assert totals(place) == ["3,4", "1,4"]


def test_a_given_question_is_everybodys(place: Path) -> None:
    rule(place, "double", "--give", "--reason", "the test was wrong")
    assert totals(place) == ["3,4", "4,4"]
    rule(place, "double", "--void", "--reason", "on second thoughts")
    assert totals(place) == ["0,1", "1,1"]


def test_students_and_the_comparison_read_the_reason(place: Path) -> None:
    """In feedback of both forms, on the student's page, in exports, and in what a regrade changes."""
    assert run(place, "export", "-f", "csv", "-o", "OUT", "--to", str(place / "scores")).exit_code == 0
    said = rule(place, "Counter", "--give", "--reason", "the test was <wrong>")
    assert "01_double Counter: this question is given to everybody: the test was <wrong> (grace)" in said.output
    for page in ("feedback/ada/01_double.html", page_name("ada")):
        html = (place / "out" / page).read_text()
        assert "is given to everybody: the test was &lt;wrong&gt;" in html and "grace" in html
    changes = run(place, "diff", "--against", "published", "-o", "OUT")
    assert "ada 01_double: 3 → 4 (+1)" in changes.output
    assert "Counter: this question is given to everybody: the test was <wrong> (grace)" in changes.output
    export = run(place, "export", "-f", "json", "-o", "OUT", "--draft", "--to", str(place / "grades"))
    assert export.exit_code == 0
    assert "is given to everybody" in next(place.glob("grades*")).read_text()


def test_a_score_set_by_hand_on_the_question_gives_way(place: Path) -> None:
    """Its comment stays; a score of the whole exercise stays final."""
    run(place, "override", "bob", SLUG, "double", "--score", "2", "--comment", "close", "-o", "OUT")
    assert totals(place) == ["3,4", "3,4"]
    rule(place, "double", "--void", "--reason", "wrong")
    assert totals(place) == ["0,1", "1,1"]
    assert "close" in (place / "out" / "feedback" / "bob" / "01_double.html").read_text()
    run(place, "override", "ada", SLUG, "--score", "1", "-o", "OUT")
    assert totals(place) == ["1,1", "1,1"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["dubble", "--void", "--reason", "x"], "did you mean"),
        (["double", "--void"], "give it with --reason"),
        (["double"], "--void, --give, or --clear"),
        (["double", "--give", "--reason", "x" * 2001], "the limit is 2000"),
    ],
)
def test_a_ruling_that_cannot_be_made_is_one_line(place: Path, arguments: list[str], words: str) -> None:
    result = run(place, "question", SLUG, *arguments, "-o", "OUT")
    assert result.exit_code == 2 and words in result.stderr and result.stderr.count("\n") == 1
    assert totals(place) == ["3,4", "1,4"]
