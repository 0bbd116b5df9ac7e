"""Nothing is graded or handed out with tests that do not fit their reference: one line says why, nothing is written."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result
from support.cells import RIGHT, WRONG
from support.paths import COURSE

from grader.cli.main import main
from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.files import unless_refused
from grader.engine import gate
from grader.engine.judges import LocalBackend
from grader.sandbox.forkserver import ForkServer
from grader.term.api import Grader

SLUG = "01_double"
HEAD = "import numpy as np\nimport pytest\nfrom grader.suite import close, question\n\n"


def notebook(path: Path, cells: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells]), path)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny course, two students' notebooks, and an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(gate, "SEEDS", 1)
    shutil.copytree(COURSE, tmp_path / "course")
    for student, cells in (("ada", RIGHT), ("bob", WRONG)):
        notebook(tmp_path / "in" / student / f"{SLUG}.ipynb", cells)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def backend(open_server: ForkServer) -> LocalBackend:
    """One judge in this machine's simplest sandbox."""
    return LocalBackend(open_server, 1)


def suite(place: Path, body: str, kind: str = "hidden", line: str = '@question("double", points=2)') -> Path:
    """Replace a suite by one test: `body` after its head, which is line 8."""
    path = place / "course" / "solutions" / SLUG / f"test_{kind}.py"
    path.write_text(f'{HEAD}{line}\ndef test_one(student, rng):\n    """Sentence."""\n    x = rng.normal(size=3)\n    {body}\n', encoding="utf-8")
    return path


def grade(what: str = "in", *more: str) -> Result:
    return CliRunner().invoke(main, ["grade", what, "-o", "out", "--course", "course", "--jobs", "1", "--sandbox", "none", *more])


def refused(place: Path, backend: LocalBackend, visible: bool = False) -> str:
    """What the gate says of the course, read anew."""
    with pytest.raises(GraderError) as caught:
        (gate.require_visible_proof if visible else gate.require_proof)(Course(place / "course"), [SLUG], lambda: backend)
    return str(caught.value).replace(f"course/solutions/{SLUG}/", "")


BODIES = {
    "index": ("close(student.double(x), 2 * x[[0, 1, 400]])", "line 9: test_one breaks on the reference: IndexError: index 400 is out"),
    "index_first": ("x[400]", "line 9: test_one breaks on the reference: IndexError: index 400 is out"),
    "file": ("close(student.double(x), np.loadtxt('want.txt'))", "line 9: test_one breaks on the reference: FileNotFoundError: want.txt"),
    "name": ("close(student.double(x), 2 * y)", "line 9: test_one breaks on the reference: NameError: name 'y' is not defined"),
    "wrong": ("close(student.double(x), 3 * x)", r"line 6: test_one is not passed by the reference: You called .*; correct the test or the solution"),
    "nothing": ("pass", "line 6: test_one gives the stub 2 of its points; see that it asks for an answer"),
    "lucky": ("close(student.double(x), 2 * x + (x[0] > 0.5))", r"line 6: test_one is not passed by the reference in \d of 8 runs with other"),
    "exit": ("raise SystemExit", "line 9: test_one breaks on the reference: SystemExit"),
    "skip": ("pytest.skip('later')", "line 6: test_one is not passed by the reference: later"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_test_that_the_reference_does_not_pass_is_named_with_its_line(
    name: str, place: Path, backend: LocalBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So is one that breaks, passes by luck, or that the notebook without answers passes."""
    body, problem = BODIES[name]
    if name == "lucky":
        monkeypatch.setattr(gate, "SEEDS", 8)
    suite(place, body)
    assert re.match(f"test_hidden.py, {problem}", refused(place, backend))


def test_a_fixture_of_the_wrong_name_is_named_with_the_right_one(place: Path, backend: LocalBackend) -> None:
    """pytest's own error is a page."""
    path = suite(place, "pass")
    path.write_text(path.read_text(encoding="utf-8").replace("student, rng", "student, rgn"), encoding="utf-8")
    assert "test_one breaks on the reference: there is no fixture 'rgn'; did you mean 'rng'?; correct the test" in refused(place, backend)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('@question("duoble")\ndef test_a(student): pass', "line 5: exercise.toml has no question 'duoble'; did you mean 'double'?"),
        ("@question(points=1, name='twice')\ndef test_a(student): pass", "line 5: exercise.toml has no question 'twice'; known: double"),
        ('@question("double")\ndef test_a(student): pass\n\n@question("apply")\ndef test_a(student): pass', "line 9: test_a replaces the test of this name in line 6; rename one"),
        ("def test_a(student: pass", "line 5: not valid Python"),
        ("def test_a(student): pass", "line 5: test_a has no @question"),
        ("import no_such_module", "line 5: these tests need no_such_module, which is not installed"),
        ("raise SystemExit(0)", "line 5: cannot be collected"),
        ('@question("double", points=-1)\ndef test_a(student): pass', "line 5: cannot be collected .*points must be positive, not -1"),
    ],
)
@pytest.mark.parametrize("kind", ["hidden", "visible"])
def test_a_slip_in_a_suite_is_named_with_its_line(text: str, problem: str, kind: str, place: Path, backend: LocalBackend) -> None:
    """Whatever would lose a test, give its points to nothing, or end the judge."""
    path = suite(place, "pass", kind)
    path.write_text(HEAD + text + "\n", encoding="utf-8")
    assert re.match(f"test_{kind}.py, {problem}", refused(place, backend, kind == "visible"))


def test_a_visible_suite_that_the_reference_does_not_pass_is_named(place: Path, backend: LocalBackend) -> None:
    """Students would look for a mistake that is not theirs."""
    suite(place, "close(student.double(x), 3 * x)", "visible")
    gate.require_proof(Course(place / "course"), [SLUG], lambda: backend)
    assert re.match("test_visible.py, line 6: test_one is not passed by the reference", refused(place, backend, True))


def test_a_reference_without_marks_is_named(place: Path, backend: LocalBackend) -> None:
    """Its stub would be the reference itself: it can be graded, and not be handed out."""
    path = place / "course" / "solutions" / SLUG / f"{SLUG}.ipynb"
    content = path.read_text(encoding="utf-8")
    path.write_text(content.replace("### BEGIN SOLUTION", "#").replace("### END SOLUTION", "#"), encoding="utf-8")
    gate.require_proof(Course(place / "course"), [SLUG], lambda: backend)  # a course of 0.1.0 that is only graded
    assert refused(place, backend, True).startswith(f"{SLUG}.ipynb: no answer is marked, so students would get them all")
    path.unlink()
    assert refused(place, backend).startswith(f"{SLUG}.ipynb: ")


def test_what_has_passed_is_not_judged_again_until_something_changes(place: Path, backend: LocalBackend) -> None:
    """The second time, no judge is started; a changed suite, reference or salt is judged."""

    def never() -> LocalBackend:
        raise AssertionError("judges are started")

    solution = place / "course" / "solutions"
    gate.require_proof(Course(place / "course"), [SLUG], lambda: backend)
    gate.require_proof(Course(place / "course"), [SLUG], never)
    for path in (solution / SLUG / "test_hidden.py", solution / SLUG / f"{SLUG}.ipynb", solution / "course.toml"):
        before = path.read_text(encoding="utf-8") if path.exists() else 'salt = "a"'
        path.write_text(before.replace("Double gives", "It gives").replace('"a"', '"b"') + "\n", encoding="utf-8")
        with pytest.raises(AssertionError, match="judges are started"):
            gate.require_proof(Course(place / "course"), [SLUG], never)
    suite(place, "close(student.double(x), 3 * x)")
    refused(place, backend)
    refused(place, backend)  # a failure is not remembered


def test_without_a_place_for_the_cache_it_is_judged_each_time(place: Path, backend: LocalBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home that cannot be written costs time, and nothing else."""
    (place / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(place / "file"))
    gate.require_proof(Course(place / "course"), [SLUG], lambda: backend)


def test_grade_refuses_before_anything_is_written(place: Path) -> None:
    """One line with exit code 2, and no trace: no folder, no gradebook, no file out of an archive."""
    suite(place, "close(student.double(x), 2 * x[[0, 1, 400]])")
    shutil.make_archive("in", "zip", "in")
    result = grade("in.zip")
    assert result.exit_code == 2
    assert result.output.rstrip().split("\n")[-1].endswith("or grade others with --exercise, or this one all the same with --unproved")
    assert not (place / "out").exists()


def test_what_was_refused_leaves_a_folder_as_it_was(tmp_path: Path) -> None:
    """What was there stays, what is new goes."""
    received = tmp_path / "out" / "received"
    with pytest.raises(GraderError), unless_refused(received):
        (received / "ada").mkdir(parents=True)
        (received / "ada" / "new.ipynb").write_text("{}")
        raise GraderError("no")
    assert not (tmp_path / "out").exists()
    (received / "ada").mkdir(parents=True)
    (received / "ada" / "kept.ipynb").write_text("{}")
    with pytest.raises(GraderError), unless_refused(received):
        (received / "ada" / "new.ipynb").write_text("{}")
        (received / "bob").mkdir()
        raise GraderError("no")
    assert [path.name for path in sorted(tmp_path.rglob("*"))] == ["out", "received", "ada", "kept.ipynb"]


def test_grade_goes_on_if_it_is_told_to_and_the_broken_test_is_nobodys_zero(place: Path) -> None:
    """The test that breaks is ungraded for right and wrong answers alike; the other question is graded."""
    path = suite(place, "x[400]")
    path.write_text(
        path.read_text(encoding="utf-8") + '\n@question("apply")\ndef test_two(student):\n    """Two."""\n    close(student.apply(abs, -1), 1)\n',
        encoding="utf-8",
    )
    assert grade("in", "--unproved").exit_code == 1
    for student, score in (("ada", 1.0), ("bob", 0.0)):
        report = json.loads((place / "out" / "reports" / student / f"{SLUG}.json").read_text(encoding="utf-8"))
        assert report["score"] is None
        assert {question["name"]: question["score"] for question in report["questions"]} == {"double": None, "apply": score}


def test_one_broken_exercise_does_not_stop_the_others(place: Path) -> None:
    """Only what is to be graded is looked at."""
    solutions = place / "course" / "solutions"
    shutil.copytree(solutions / SLUG, solutions / "02_double")
    (solutions / "02_double" / f"{SLUG}.ipynb").rename(solutions / "02_double" / "02_double.ipynb")
    suite(place, "x[400]")
    notebook(place / "in" / "ada" / "02_double.ipynb", RIGHT)
    assert grade().exit_code == 2
    result = grade("in", "--exercise", "02_double")
    assert result.exit_code == 0, result.output


def test_a_program_is_told_too(place: Path) -> None:
    """`grader.Grader` refuses like the command."""
    suite(place, "close(student.double(x), 3 * x)")
    one = [gate.Submission("ada", SLUG, place / "in" / "ada" / f"{SLUG}.ipynb")]
    with Grader(place / "course", 1, "none") as grader, pytest.raises(GraderError, match="not passed by the reference"):
        list(grader.grade(one))
