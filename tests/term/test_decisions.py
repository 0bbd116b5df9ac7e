"""Decisions that cannot be taken as they are typed, each with a line that says what to do; without a sandbox."""

from __future__ import annotations

import csv
import getpass
from dataclasses import replace
from pathlib import Path

import pytest
from support.exports import a_class

from grader.core.errors import GraderError
from grader.core.grades import ClassGrades
from grader.term.decisions import decision, decisions_from, user


@pytest.fixture(scope="module")
def grades() -> ClassGrades:
    """A class of a few, two of whom have one name."""
    made = a_class()
    first, second, *rest = made.standings
    twin = replace(second, person=replace(second.person, name=first.person.name))
    return replace(made, standings=(first, twin, *rest))


def test_a_name_of_two_students_asks_for_an_id(grades: ClassGrades) -> None:
    first, second = (standing.person for standing in grades.standings[:2])
    with pytest.raises(GraderError, match=f"2 students have that name; use an id: {first.id}, {second.id}"):
        decision(grades, first.name.upper(), "01_gates", "", 1.0, "")
    assert decision(grades, second.id, "01_gates", "", 1.0, "").student == second.id


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"student,exercise,score\nZo\xff,01_gates,1\n", r"cannot be read \(not UTF-8\); give a CSV file in UTF-8"),
        (b"student,exercise\nada,01_gates\n", "its first line should be: student,exercise,question,score,comment"),
        (b"student,exercise,score\nADA,01_gates,%s\n" % (b"1" * (csv.field_size_limit() + 1)), r"line 1: .*; save it as CSV \(UTF-8\)"),
        (b"student;exercise;score\nADA;01_gates;2,5,5\n", "line 2: '2,5,5' is not a number; write points such as 7.5"),
    ],
    ids=["not UTF-8", "no score", "too long", "no number"],
)
def test_a_file_that_cannot_be_read_is_one_line(content: bytes, words: str, grades: ClassGrades, tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_bytes(content.replace(b"ADA", grades.standings[0].person.id.encode()))
    with pytest.raises(GraderError, match=words):
        decisions_from(path, grades)


def test_empty_lines_and_commas_for_points_are_understood(grades: ClassGrades, tmp_path: Path) -> None:
    """As a spreadsheet of another country writes them; a line without a score is a comment."""
    path, who = tmp_path / "decisions.csv", grades.standings[0].person.id
    path.write_text(f"Student;Exercise;Score;Comment\n{who};01_gates;2,5;\n;;;\n{who};01_gates;;well done\n", encoding="utf-8-sig")
    decided = decisions_from(path, grades, by="grace")
    assert [(each.score, each.comment, each.by) for each in decided] == [(2.5, "", "grace"), (None, "well done", "grace")]


def test_a_user_without_a_name_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in some containers."""

    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert user() == "unknown"
