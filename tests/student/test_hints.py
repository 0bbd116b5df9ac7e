"""Hints come one at a time and are remembered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.paths import ROOT

from grader.cli.main import main


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A student's folder with one exercise."""
    shutil.copytree(ROOT / "exercises" / "02_sigmoid", tmp_path / "exercises" / "02_sigmoid")
    return tmp_path


def hint(course: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["hint", *arguments, "--course", str(course)], catch_exceptions=False)


def test_each_call_shows_the_next_hint_and_the_last_one_stays(course: Path) -> None:
    """From nudge to near-answer, then the last one again."""
    shown = [hint(course, "02_sigmoid", "sigmoid_grad").output for _ in range(4)]
    count = int(shown[0].split(":")[0].split()[-1])
    assert [text.split(":")[0] for text in shown] == [f"hint {min(n, count)} of {count}" for n in range(1, 5)]
    assert "ask again" in shown[0] and "the last one" in shown[count - 1]
    assert shown[count - 1] == shown[-1]


def test_again_repeats_without_moving_on(course: Path) -> None:
    """What has been seen can be read again, and costs no new hint."""
    assert "no hint seen yet" in hint(course, "02_sigmoid", "sigmoid_grad", "--again").output
    hint(course, "02_sigmoid", "sigmoid_grad")
    for _ in range(2):
        assert hint(course, "02_sigmoid", "sigmoid_grad", "--again").output.count("hint 1 of") == 1


def test_without_a_question_the_exercise_is_listed(course: Path) -> None:
    """How many hints each question has, and how many were seen; the start of a slug is enough."""
    hint(course, "02", "sigmoid_grad")
    lines = hint(course, "02").output.splitlines()
    assert [line for line in lines if "sigmoid_grad" in line][0].split()[1] == "1"
    assert [line for line in lines if "max_chain_factor" in line][0].split()[1] == "0"


def test_an_unknown_question_gets_the_nearest_name(course: Path) -> None:
    """One line, exit code 2."""
    result = hint(course, "02_sigmoid", "sigmoid_gard")
    assert result.exit_code == 2
    assert "did you mean 'sigmoid_grad'?" in result.stderr


def test_a_broken_memory_is_a_fresh_start(course: Path) -> None:
    """Whatever is in the file, the first hint comes."""
    (course / ".grader").mkdir()
    for text in ("{", "[]", '{"02_sigmoid": 3}', '{"02_sigmoid": {"sigmoid_grad": "many"}}'):
        (course / ".grader" / "hints.json").write_text(text)
        assert hint(course, "02_sigmoid", "sigmoid_grad").output.startswith("hint 1 of")


def test_a_folder_that_cannot_be_written_still_gives_a_hint(course: Path) -> None:
    """The hint comes, with a word on why the same one will come again."""
    (course / ".grader").write_text("a file where the folder should be")
    result = hint(course, "02_sigmoid", "sigmoid_grad")
    assert result.output.startswith("hint 1 of")
    assert "cannot be written" in result.output
