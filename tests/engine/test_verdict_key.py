"""A verdict is used again only while everything that it depends on is as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from support.cells import RIGHT
from support.paths import COURSE

from grader.cli.main import main
from grader.core.course import Course
from grader.engine import verdict_key as module
from grader.engine.verdict_key import verdict_key

SLUG = "01_double"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The tiny course, whose suite has a helper, a folder of data and files for the whole course beside it."""
    course = tmp_path / "course"
    shutil.copytree(COURSE, course)
    for name in ("helper.py", "data/points.csv", "../shared.py", "../common/table.csv"):
        path = course / "solutions" / SLUG / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("1")
    return course


def change(name: str, old: str = "", new: str = "# changed\n") -> Callable[[Path, pytest.MonkeyPatch], None]:
    """Other words in a file below `solutions/`, or at its beginning."""

    def apply(course: Path, _: pytest.MonkeyPatch) -> None:
        path = course / "solutions" / name
        text = path.read_text() if path.exists() else ""
        assert old in text
        path.write_text(text.replace(old, new, 1))

    return apply


def setting(name: str, line: str) -> Callable[[Path, pytest.MonkeyPatch], None]:
    """A new first line of a settings file below `solutions/`."""

    def apply(course: Path, _: pytest.MonkeyPatch) -> None:
        path = course / "solutions" / name
        path.write_text(f"{line}\n{path.read_text() if path.exists() else ''}")

    return apply


def new_version(name: str) -> Callable[[Path, pytest.MonkeyPatch], None]:
    """Another version of Python or of a package."""

    def apply(_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        changed = {**module.environment(), name: "99.0"}
        monkeypatch.setattr(module, "environment", lambda: changed)

    return apply


def new_code(_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other code of ours that judges."""
    monkeypatch.setattr(module, "judging_code", lambda: "other")


def gone(course: Path, _: pytest.MonkeyPatch) -> None:
    """A file of data that is not there any more."""
    (course / "solutions" / SLUG / "data" / "points.csv").unlink()


COUNTS = {
    "the suite": change(f"{SLUG}/test_hidden.py"),
    "a helper": change(f"{SLUG}/helper.py"),
    "data": change(f"{SLUG}/data/points.csv"),
    "data that is gone": gone,
    "a helper of the course": change("shared.py"),
    "data of the course": change("common/table.csv"),
    "a limit": change(f"{SLUG}/exercise.toml", "call_cpu_s = 0.5", "call_cpu_s = 0.6"),
    "a package": setting(f"{SLUG}/exercise.toml", 'packages = ["tqdm"]'),
    "a package of the course": setting("course.toml", 'packages = ["tqdm"]'),
    "the salt": setting("course.toml", 'salt = "other"'),
    "our code": new_code,
    "Python": new_version("python"),
    "NumPy": new_version("numpy"),
    "PyTorch": new_version("torch"),
}
DOES_NOT = {
    "a comment in the settings": change(f"{SLUG}/exercise.toml"),
    "the visible suite": change(f"{SLUG}/test_visible.py"),
    "the reference": change(f"{SLUG}/{SLUG}.ipynb"),
    "a wrong variant": change(f"{SLUG}/wrong/x.py"),
    "a title": change(f"{SLUG}/exercise.toml", "A tiny exercise", "Something small"),
    "a policy": setting("course.toml", "grace_days = 3"),
    "our version alone": new_version("gradbook"),
}


@pytest.mark.parametrize("what", [*COUNTS, *DOES_NOT])
def test_the_key_covers_what_a_score_may_depend_on(course: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """Each is changed once; what no verdict depends on is no reason to judge a class again."""
    (course / "solutions" / SLUG / "wrong").mkdir(exist_ok=True)
    before = verdict_key(Course(course), SLUG)
    (COUNTS | DOES_NOT)[what](course, monkeypatch)
    assert (verdict_key(Course(course), SLUG) != before) == (what in COUNTS)


def test_a_changed_file_beside_the_suite_changes_the_score(tmp_path: Path) -> None:
    """The suite reads what it expects from a file; the notebook stays as it is."""
    course = tmp_path / "course"
    shutil.copytree(COURSE, course)
    folder = course / "solutions" / SLUG
    (folder / "want.txt").write_text("4")
    (folder / "test_hidden.py").write_text(
        "from pathlib import Path\n\nfrom grader.suite import close, question\n\n\n"
        '@question("double", points=1)\ndef test_double(student):\n    """It doubles."""\n'
        '    close(student.double(2), float((Path(__file__).parent / "want.txt").read_text()))\n'
    )
    (tmp_path / "in" / "ada").mkdir(parents=True)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in RIGHT])
    nbformat.write(notebook, tmp_path / "in" / "ada" / f"{SLUG}.ipynb")
    out = tmp_path / "out"
    arguments = ["grade", tmp_path / "in", "-o", out, "--course", course, "--jobs", "1", "--sandbox", "none", "--unproved"]
    scores = []
    for want in ("4", "4", "5"):
        (folder / "want.txt").write_text(want)
        done = CliRunner().invoke(main, [str(each) for each in arguments], catch_exceptions=False)
        scores.append(((out / "scores.csv").read_text().splitlines()[1].split(",")[-2], "1 of 1 were graded before" in done.output))
    assert scores == [("1", False), ("1", True), ("0", False)]
