"""The public API: a dozen names that are loaded when they are used, and do what docs/api.md shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from support.cells import RIGHT, WRONG
from support.paths import COURSE, ROOT

import grader
from grader.term.gradebook import open_gradebook
from grader.term.gradebook.attempts import attempts, verdicts

SLUG = "01_double"
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"(?s)```python\n(.*?)```", PAGE)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the tiny course and two students' notebooks."""
    shutil.copytree(COURSE, tmp_path / "course")
    for student, cells in (("ada", RIGHT), ("bob", WRONG)):
        path = tmp_path / "submissions" / student / f"{SLUG}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells]), path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def submissions() -> list[grader.Submission]:
    return [grader.Submission(path.parent.name, SLUG, path) for path in sorted(Path("submissions").glob("*/*.ipynb"))]


def test_every_example_of_the_page_runs(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the order of the page, as one program that prints what the page promises; the last one is a suite."""
    *program, suite = EXAMPLES
    assert len(program) == 5
    names: dict[str, object] = {}
    for example in program:
        exec(compile(example, "docs/api.md", "exec"), names)
    printed = capsys.readouterr().out
    assert printed.startswith("5.0 of 5.0\n")
    assert "ada 01_double 5.0\n" in printed and "bob 01_double 0.0\n" in printed
    assert "no exercise '01_doubel': did you mean '01_double'?\n" in printed
    (here / "course" / "solutions" / SLUG / "test_hidden.py").write_text(suite)
    report = grader.grade(f"submissions/ada/{SLUG}.ipynb", SLUG, "course")
    assert (report.score, report.max_score) == (2.0, 2.0)


def test_the_page_and_the_package_name_the_same_things() -> None:
    """A table row for each name, and each name is there."""
    named = re.findall(r"`(\w+)[`(]", "".join(line.split(" | ")[0] for line in PAGE.splitlines() if line.startswith("| `")))
    assert sorted(named) == sorted(grader.__all__)
    for name in grader.__all__:
        assert getattr(grader, name) is not None, name
    assert set(grader.__all__) <= set(dir(grader))
    assert (Path(grader.__file__).parent / "py.typed").exists()
    with pytest.raises(AttributeError, match="has no attribute 'grader_of_grades'"):
        grader.grader_of_grades  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize(
    ("program", "light"),
    [
        ("import grader", "numpy torch IPython pytest msgspec sqlalchemy dask grader.core"),
        ("import grader; grader.GraderError; grader.Status", "numpy torch IPython pytest sqlalchemy dask"),
        ("import grader; grader.open_course; grader.Course", "numpy torch IPython pytest sqlalchemy dask"),
        ("import grader; grader.Grader; grader.grade", "torch IPython sqlalchemy dask"),
    ],
)
def test_a_name_loads_what_it_needs_and_no_more(program: str, light: str) -> None:
    """`import grader` is free of everything; records need no judge, a judge needs no gradebook."""
    program += "\nimport sys\nprint(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "grader" in loaded and not set(light.split()) & set(loaded)


def test_one_call_grades_one_notebook(here: Path) -> None:
    """Without a course from inside it; nothing is left running afterwards."""
    from grader.sandbox.inside.family import descendants

    before = descendants(os.getpid())
    report = grader.grade(here / "submissions" / "bob" / f"{SLUG}.ipynb", "01", here / "course")
    assert isinstance(report, grader.Report)
    assert (report.student, report.exercise, report.score, report.max_score) == ("", SLUG, 0.0, 5.0)
    assert {question.status for question in report.questions} == {grader.Status.FAILED}
    assert descendants(os.getpid()) == before


@pytest.mark.parametrize(
    ("notebook", "exercise", "course", "words"),
    [
        ("nowhere.ipynb", SLUG, "course", "nowhere.ipynb: no such file"),
        (f"submissions/ada/{SLUG}.ipynb", "02_triple", "course", "no exercise '02_triple'"),
        (f"submissions/ada/{SLUG}.ipynb", SLUG, "submissions", "submissions: no course here"),
    ],
)
def test_a_mistake_of_the_caller_is_one_line(here: Path, notebook: str, exercise: str, course: str, words: str) -> None:
    """Before anything is judged."""
    with pytest.raises(grader.GraderError, match=words) as told:
        grader.grade(notebook, exercise, course)
    assert "\n" not in str(told.value)


def test_a_grader_must_be_entered(here: Path) -> None:
    """Without `with` there is no sandbox; the line says how to write it."""
    with pytest.raises(grader.GraderError, match="write `with grader.Grader"):
        grader.Grader("course").grade(submissions())


def test_a_gradebook_makes_it_resumable(here: Path) -> None:
    """Stopped after the first report it goes on with the second; a third run makes neither again."""
    with grader.Grader("course", jobs=1) as g:
        first = next(iter(g.grade(submissions(), gradebook="book.sqlite")))
        with open_gradebook(here / "book.sqlite") as book:
            assert len(attempts(book)) == 2 and len(verdicts(book)) == 1
        both = list(g.grade(submissions(), gradebook="book.sqlite"))
        assert both[0] == first and {report.student for report in both} == {"ada", "bob"}
        with open_gradebook(here / "book.sqlite") as book:
            made = verdicts(book)
        again = list(g.grade(submissions(), gradebook=f"sqlite:///{here / 'book.sqlite'}"))
    with open_gradebook(here / "book.sqlite") as book:
        assert verdicts(book) == made and len(made) == 2
    assert sorted(again, key=lambda report: report.student) == sorted(both, key=lambda report: report.student)
