"""What students get holds no answer and nothing private, and is what `grader release` makes."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.answers import answer_lines
from support.paths import COURSE as TINY
from support.paths import ROOT

from grader.authoring.release import differences, release, release_files
from grader.cli.main import main
from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.stub import stub_source

COURSE = Course(ROOT)


def test_the_committed_exercises_are_what_release_generates() -> None:
    """Nobody edits `exercises/` by hand."""
    assert differences(COURSE) == []


def test_a_mistake_in_the_settings_is_named_and_nothing_is_released(tmp_path: Path) -> None:
    """Students would find it first, at `grader hint`."""
    shutil.copytree(TINY, tmp_path / "course", ignore=shutil.ignore_patterns("exercises"))
    settings = tmp_path / "course" / "solutions" / "01_double" / "exercise.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('title = "Twice', 'titel = "Twice'), encoding="utf-8")
    with pytest.raises(GraderError, match=r"exercise.toml, line \d+: unknown key 'titel' in \[\[question\]\]; did you mean 'title'\?"):
        release(Course(tmp_path / "course"))
    assert not (tmp_path / "course" / "exercises").exists()


def in_notebook(change: Callable[[list[dict[str, object]]], None]) -> Callable[[Path], None]:
    """A change of the reference notebook's cells."""

    def apply(folder: Path) -> None:
        path = folder / "01_double.ipynb"
        content = json.loads(path.read_text(encoding="utf-8"))
        change(content["cells"])
        path.write_text(json.dumps(content), encoding="utf-8")

    return apply


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    """A change of one file of the exercise."""

    def apply(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return apply


MARKDOWN = {"cell_type": "markdown", "id": "m", "metadata": {}, "source": "Why?\n### BEGIN SOLUTION\nBecause."}
SLIPS = {
    "lower": (replaced("01_double.ipynb", "### BEGIN SOLUTION", "### begin solution"), "01_double.ipynb, cell 1, line 2: '### begin"),
    "hash": (replaced("01_double.ipynb", "### END SOLUTION", "# END SOLUTION"), "01_double.ipynb, cell 1, line 4: '# END"),
    "open": (replaced("01_double.ipynb", "### END SOLUTION", "pass"), "01_double.ipynb, cell 1, line 2: .* is never closed"),
    "text": (in_notebook(lambda cells: cells.append(MARKDOWN)), "01_double.ipynb, cell 4, line 2: .* is in a cell of text"),
    "broken": (replaced("01_double.ipynb", "cells", "sells"), "01_double.ipynb: cannot be read as a notebook"),
    "no notebook": (lambda folder: (folder / "01_double.ipynb").unlink(), "01_double.ipynb: missing; an exercise needs"),
    "suite": (replaced("test_visible.py", "(student):", "(student)"), r"test_visible.py, line 7: not valid Python \(expected ':'\)"),
    "no suite": (lambda folder: (folder / "test_visible.py").unlink(), "test_visible.py: missing"),
    "latin": (lambda folder: (folder / "test_visible.py").write_bytes(b"a = 1\n# \xe4"), "test_visible.py, line 2: not text in UTF-8"),
    "mark": (replaced("test_visible.py", '"""Double of', '# BEGIN SOLUTION\n    """Double of'), "test_visible.py, line 8: '# BEGIN"),
    "hidden": (replaced("test_visible.py", "from grader", "import test_hidden\nfrom grader"), "test_visible.py, line 3: 'test_hidden'"),
    "salt": (replaced("exercise.toml", "Twice", "salty-salt"), "exercise.toml, line 6: the salt of course.toml"),
    "key": (replaced("exercise.toml", "title = \"Twice", "titel = \"Twice"), "exercise.toml, line 6: unknown key 'titel'"),
}


@pytest.mark.parametrize("command", [["release"], ["release", "--student-kit", "kit.zip"], ["release", "--check"]], ids=" ".join)
@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_of_the_author_is_one_line_and_nothing_is_written(
    slip: str, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What students have stays as it was, and no kit is packed."""
    shutil.copytree(TINY, tmp_path / "course")
    (tmp_path / "course" / "solutions" / "course.toml").write_text('salt = "salty-salt"', encoding="utf-8")
    change, problem = SLIPS[slip]
    change(tmp_path / "course" / "solutions" / "01_double")
    monkeypatch.chdir(tmp_path / "course")
    before = sorted(tmp_path.rglob("*"))
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2, result.output
    assert re.fullmatch(rf"grader: solutions/01_double/{problem}[^\n]*\n", result.output)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("slug", list(COURSE.exercises))
def test_no_line_of_a_solution_is_released(slug: str) -> None:
    """No answer line that does not also stand outside the answers is anywhere in the exercise."""
    exercise = COURSE.exercises[slug]
    files = {name: text for name, text in release_files(COURSE).items() if name.startswith(f"{slug}/")}
    released = set()
    for name, text in files.items():
        cells = json.loads(text)["cells"] if name.endswith(".ipynb") else [{"source": [text]}]
        released |= {line.strip() for cell in cells for line in "".join(cell["source"]).splitlines()}
    lines = {line for line in answer_lines(exercise) if len(line) > 20}
    assert lines, "the reference has answers"
    assert not lines & released


@pytest.mark.parametrize("slug", list(COURSE.exercises))
def test_no_name_of_a_hidden_test_is_released(slug: str) -> None:
    """The hidden suite's own test names appear nowhere in what ships."""
    exercise = COURSE.exercises[slug]
    names = re.compile(r"(?m)^def (test_\w+)")
    shared = set(names.findall(exercise.visible_suite.read_text(encoding="utf-8")))
    hidden = set(names.findall(exercise.hidden_suite.read_text(encoding="utf-8"))) - shared
    text = "\n".join(text for name, text in release_files(COURSE).items() if name.startswith(f"{slug}/"))
    assert hidden
    assert not [name for name in hidden if re.search(rf"\b{name}\b", text)]
    assert "BEGIN SOLUTION" not in text


def test_an_answer_in_a_function_becomes_a_not_implemented_error() -> None:
    """The placeholder names the function, class and all."""
    source = "class A:\n    def f(self):\n        ### BEGIN SOLUTION\n        return 1\n        ### END SOLUTION"
    assert stub_source(source, "cell 1") == 'class A:\n    def f(self):\n        raise NotImplementedError("A.f")'


def test_an_answer_at_module_level_just_goes() -> None:
    """A prediction keeps the default that stands above it."""
    assert stub_source("p = None\n### BEGIN SOLUTION\np = 3\n### END SOLUTION", "cell 1") == "p = None"
