"""How points are written, the same number everywhere; and text of others made harmless."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal

import pytest
from rich.console import Console

from grader.core.grades import ClassGrades, Column, Grade, Override, Standing
from grader.core.points import points, two_decimals
from grader.core.report import GradeStatus, Report, Status, TestResult
from grader.core.safe_text import clean, csv_cell, encodable, one_line, short, shown_name, storable, utf8
from grader.core.scoring import question_result
from grader.core.students import Person
from grader.exchange import Options, export
from grader.pages.class_report import index_page
from grader.pages.feedback.feedback_page import ExerciseText, feedback_page
from grader.pages.scores_table import scores_csv, scores_table
from grader.pages.student_page import student_page

WRITTEN = {
    17.5: "17.5", 20.0: "20", 0.0: "0", 1e-9: "0", -0.001: "0", 100 / 3: "33.33", 0.1 + 0.2: "0.3",
    1187.125: "1187.13", 2.675: "2.68", 0.005: "0.01", 12.345678: "12.35", 10000.25: "10000.25", 123456.75: "123456.75",
    1234567.5: "1234567.5", 1e16: "10000000000000000", 1e22: "1" + 22 * "0", 3: "3",
}  # fmt: skip
EARNED = [value for value in WRITTEN if 0.01 < value < 1e7]


@pytest.mark.parametrize("value", WRITTEN, ids=str)
def test_points_have_at_most_two_decimals_and_halves_go_up(value: float) -> None:
    """By the decimal number that was given, never with an exponent, a needless digit or a sign of zero."""
    assert points(value) == WRITTEN[value]
    fixed = two_decimals(value)
    assert re.fullmatch(r"\d+\.\d\d", fixed) and Decimal(fixed) == Decimal(points(value))
    assert two_decimals(value, comma=True) == fixed.replace(".", ",")


def test_points_that_are_not_known_are_a_word() -> None:
    """Ungraded is never written as 0; an output may have a word of its own."""
    assert (points(None), points(None, ""), points(0.0, ""), points(-0.0)) == ("ungraded", "", "0", "0")


def class_with(value: float) -> ClassGrades:
    """A student who has these points: by the tests, of as many, set by a person, and as the total."""
    tests = (TestResult("test_f", Status.PASSED, value, value, "It adds."),)
    report = Report("ada", "01_x", value, value, GradeStatus.GRADED, (question_result("f", tests),))
    by_hand = (Override("ada", "01_x", "", value, "fine", "prof", "2026-03-05T08:00:00+00:00"),)
    grade = Grade("ada", "01_x", GradeStatus.GRADED, value, report, score=value, raw=value, overrides=by_hand)
    standing = Standing(Person("ada", "Ada", email="ada@uni.edu"), {"01_x": grade}, value, value)
    return ClassGrades((Column("01_x", "Sums", value),), (standing,))


def words_of(page: str) -> str:
    """A page without its tags."""
    return re.sub(r"<(style|script).*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)


def nearby(text: str, value: float) -> set[str]:
    """The numbers in a text that are about this one."""
    numbers = re.findall(r"(?<![\w.-])\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w-])", text)
    return {number for number in numbers if abs(float(number) - value) <= 0.006 + 1e-4 * value}


@pytest.mark.parametrize("value", EARNED, ids=str)
def test_every_output_reads_the_same_points(value: float) -> None:
    """scores.csv, pages, screen and exports agree; Canvas and Moodle write the same number with two decimals."""
    grades, right = class_with(value), points(value)
    standing = grades.standings[0]
    grade = standing.grades["01_x"]
    assert grade.report is not None
    screen = Console(file=io.StringIO(), width=200)
    screen.print(scores_table(grades))
    outputs = {
        "student page": words_of(student_page(grades, standing)),
        "feedback page": words_of(feedback_page(grade, grade.report, ExerciseText("Sums"), None)),
        "screen": screen.file.getvalue(),  # type: ignore[attr-defined]
    }
    for name, text in outputs.items():
        assert nearby(text, value) == {right}, name
    assert right in nearby(words_of(index_page(grades)), value)
    rows = list(csv.DictReader(io.StringIO(scores_csv(grades))))
    assert [(row["01_x"], row["total"], row["max_total"]) for row in rows] == [(right, right, right)]
    for format in ("csv", "nbgrader", "github", "junit", "gradescope"):
        content = export(grades, format, Options(exercise="01_x")).content
        files = content.values() if isinstance(content, dict) else [content]
        texts = [file.decode() for file in files]
        if format == "gradescope":  # the score itself is JSON and exact; what is said about it is not
            texts = [line for text in texts for line in re.findall(r"set by hand: [^\"\\]*", text)]
        assert set().union(*(nearby(text, value) for text in texts if not text.startswith("{"))) == {right}, format
    worksheet = "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Feedback comments\n"
    worksheet += f"Participant 1,Ada,ada@uni.edu,Submitted,,{two_decimals(value)},Yes,\n"
    moodle = export(grades, "moodle", Options(exercise="01_x", template=worksheet.encode())).content
    canvas = export(grades, "canvas", Options(exercise="01_x")).content
    assert isinstance(moodle, bytes) and isinstance(canvas, bytes)
    assert list(csv.DictReader(io.StringIO(moodle.decode())))[0]["Grade"] == two_decimals(value)
    assert nearby(canvas.decode(), value) == {two_decimals(value)}


def test_plain_text_stays_as_it_is() -> None:
    """Letters, digits and newlines of nearly all messages."""
    for text in ("got 3.0, expected 4.0\nline 2", "", "  indented"):
        assert clean(text) == text
    assert clean("a\r\nb\x1b[31m\u202e") == "a\nb<U+202E>"


def test_a_long_message_or_name_is_cut_on_one_line() -> None:
    """An ellipsis says that there was more."""
    assert short("two\n  lines\x1b[2J") == "two lines"
    assert short("x" * 200) == "x" * 159 + "…" and short("x" * 160) == "x" * 160
    assert shown_name("y" * 200) == "y" * 119 + "…" and shown_name("   ") == "(no name)"


def test_an_empty_cell_stays_empty_and_another_is_one_line() -> None:
    """A formula gets an apostrophe; what is invisible in a name is spelled out in every CSV file."""
    assert (csv_cell(""), csv_cell("=1+1"), csv_cell("ada\n")) == ("", "'=1+1", "ada<U+000A>")


def test_half_a_surrogate_pair_can_be_written_everywhere() -> None:
    """A question mark in files; a name that only bytes told apart stays apart in the database."""
    assert utf8("ada\ud83d") == b"ada?" and encodable("ada\udcff") == "ada?"
    assert (storable("ada\udcff"), storable("ada\udcfe"), storable("Zoë")) == ("ada\\xff", "ada\\xfe", "Zoë")
    assert "<U+DCFF>" in one_line("ada\udcff")
