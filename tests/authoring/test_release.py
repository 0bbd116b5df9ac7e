"""What students get holds no answer and nothing private, and is what `grader release` makes."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from support.answers import answer_lines
from support.paths import COURSE as TINY
from support.paths import ROOT

from grader.authoring.release import differences, release, release_files
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


@pytest.mark.parametrize("source", ["### BEGIN SOLUTION\nx = 1", "x = 1\n### END SOLUTION"])
def test_a_marker_without_its_partner_is_named(source: str) -> None:
    """An unclosed block would release its answer: it is refused, with the cell."""
    with pytest.raises(GraderError, match="cell 7"):
        stub_source(source, "cell 7")
