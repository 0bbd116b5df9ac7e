"""A file that might be another exercise's is graded when a person has looked, and not before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.books import grade
from support.paths import COURSE

from grader.cli.main import main
from grader.core.course import Course
from grader.core.report import GradeStatus
from grader.term.gradebook import open_gradebook
from grader.term.standings import class_grades


def notebook(*sources: str) -> str:
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def doubtful(place: Path) -> Path:
    """Bob's file is named after the exercise and answers some of another one."""
    (place / "course" / "solutions" / "02_other").mkdir()
    for name in ("exercise.toml", "test_hidden.py"):
        text = (COURSE / "solutions" / "01_double" / name).read_text(encoding="utf-8")
        (place / "course" / "solutions" / "02_other" / name).write_text(text.replace("double", "other_thing"), encoding="utf-8")
    reference = (COURSE / "solutions" / "01_double" / "01_double.ipynb").read_text(encoding="utf-8")
    (place / "course" / "solutions" / "02_other" / "02_other.ipynb").write_text(reference.replace("double", "other_thing"), encoding="utf-8")
    (place / "in" / "bob" / "01_double.ipynb").write_text(notebook("def other_thing(x):\n    return 2 * x"), encoding="utf-8")
    return place


def test_a_file_in_doubt_is_ungraded_until_it_has_the_right_name(doubtful: Path) -> None:
    """It is no zero, neither now nor when the gradebook is graded again; under the right name it is graded."""
    answers = doubtful / "in" / "bob" / "01_double.ipynb"
    for arguments in ([doubtful / "in"], [], ["--again"]):
        done = CliRunner().invoke(main, ["grade", *map(str, arguments), "-o", str(doubtful / "out"), "--course", str(doubtful / "course"), "--jobs", "1"])
        assert done.exit_code == 1 and "ungraded: bob 01_double: which exercise is it?" in done.output, done.output
        with open_gradebook(doubtful / "out" / "gradebook.sqlite") as book:
            standings = {s.person.id: s for s in class_grades(book, Course(doubtful / "course")).standings}
        assert standings["bob"].grades["01_double"].status == GradeStatus.UNGRADED and standings["bob"].total is None
        assert standings["ada"].grades["01_double"].score == 5.0
    answers.rename(answers.with_name("02_other.ipynb"))
    assert "ungraded" not in grade(doubtful).output
