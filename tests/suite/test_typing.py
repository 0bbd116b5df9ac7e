"""The types that authors of suites and of programs see: what is revealed, what is refused, what an editor completes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.paths import ROOT

import grader

SUITE = '''
import numpy as np

from grader.suite import Student, close, question


@question("sigmoid", points=2)
def test_sigmoid(student: Student, rng: np.random.Generator) -> None:
    """The sigmoid of numbers."""
    x = rng.normal(size=3)
    reveal_type(student.sigmoid)  # is Remote
    reveal_type(student.has("sigmoid"))  # is bool
    close(student.sigmoid(x), 1 / (1 + np.exp(-x)), rtol=1e-6, mistakes={"the sign": 1 / (1 + np.exp(x))})
    close(student.sigmoid(x))  # wrong: Missing positional argument "want"
    close(student.sigmoid(x), x, rtoll=1e-6)  # wrong: Unexpected keyword argument "rtoll"
    close(student.sigmoid(x), x, rtol="tight")  # wrong: Argument "rtol" to "close" has incompatible type "str"
    student.has(3)  # wrong: Argument 1 to "has" of "Student" has incompatible type "int"
    student.steps("x + 1")  # wrong: Argument 1 to "steps" of "Student" has incompatible type "str"


reveal_type(test_sigmoid)  # is def (student: Student, rng: Generator)


@question(points=2)  # wrong: Missing positional argument "name" in call to "question"
def test_without_a_name(student: Student) -> None: ...


@question("sigmoid", point=2)  # wrong: Unexpected keyword argument "point" for "question"
def test_with_a_misspelt_option(student: Student) -> None: ...
'''
PROGRAM = """
import grader

reveal_type(grader.open_course)  # is def (root: Path | str | None =) -> Course
reveal_type(grader.grade)  # is def (notebook: Path | str, exercise: str, course: Course | Path | str | None =, sandbox: str =, unproved: bool =) -> Report
reveal_type(grader.check)  # is def (question:
course = grader.open_course("course")
reveal_type(course.exercises)  # is dict[str, Exercise]
reveal_type(course.exercises["01_gates"].questions)  # is tuple[Question, ...]
with grader.Grader(course, jobs=4) as g:
    for report in g.grade([grader.Submission("ada", "01_gates", __import__("pathlib").Path("a.ipynb"))]):
        reveal_type(report)  # is Report
        reveal_type(report.score)  # is float | None
        reveal_type(report.questions[0].tests[0].status)  # is Status
        report.scoore  # wrong: "Report" has no attribute "scoore"
        report.score + 1  # wrong: Unsupported operand types for + ("None" and "int")
    g.grade([report])  # wrong: List item 0 has incompatible type "Report"; expected "Submission"
grader.Grader(course, jbos=4)  # wrong: Unexpected keyword argument "jbos" for "Grader"
grader.grade("a.ipynb")  # wrong: Missing positional argument "exercise" in call to "grade"
grader.graed  # wrong: Module has no attribute "graed"
grader.Status.PASED  # wrong: "type[Status]" has no attribute "PASED"
"""


def said_by_mypy(folder: Path, source: str) -> dict[int, list[str]]:
    """Number of a line → what `mypy --strict` says of it, full names of types made short."""
    (folder / "sample.py").write_text(source, encoding="utf-8")
    command = [
        sys.executable, "-m", "mypy", "--strict", "--config-file", ROOT / "pyproject.toml", "--follow-imports", "silent",
        "--cache-dir", ROOT / ".mypy_cache" / "samples", "sample.py",
    ]  # fmt: skip
    packages = Path(grader.__file__).parents[1]  # mypy finds what is in site-packages by itself, and a checkout so
    environment = os.environ if packages.name == "site-packages" else {**os.environ, "MYPYPATH": str(packages)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    said: dict[int, list[str]] = {}
    for number, text in re.findall(r"(?m)^sample\.py:(\d+): (?:error|note): (.*)$", done.stdout):
        said.setdefault(int(number), []).append(re.sub(r"\b(?:[a-z_]\w*\.)+(?=[A-Z])", "", text))
    assert said, done.stdout + done.stderr
    return said


@pytest.mark.parametrize("source", [SUITE, PROGRAM], ids=["suite", "program"])
def test_mypy_reveals_and_refuses_what_the_comments_say(tmp_path: Path, source: str) -> None:
    """Each line with a comment is spoken of in its words, and no other line is."""
    said = said_by_mypy(tmp_path, source)
    commented = 0
    for number, line in enumerate(source.splitlines(), 1):
        comment = re.search(r"# (?:is|wrong:) (.*)$", line)
        if comment is None:
            assert number not in said, (line, said[number])
            continue
        commented += 1
        assert any(comment[1] in text for text in said.get(number, [])), (line, said.get(number))
        assert ("Revealed type" in said[number][0]) == ("# is " in line)
    assert commented >= 10


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("student.ha", "has"),
        ("student.last", "last_call"),
        ("close(1.0, 1.0, mist", "mistakes="),
        ("@question('x', poi", "points="),
        ("grader.Gra", "Grader"),
        ("grader.Grader('course').gra", "grade"),
        ("grader.grade('x.ipynb', '01').sco", "score"),
    ],
)
def test_an_editor_completes(typed: str, completed: str) -> None:
    """As jedi does it, which JupyterLab and others ask."""
    import jedi

    head = "import grader\nfrom grader.suite import Student, close, question\n\ndef test_x(student: Student):\n    "
    names = [each.name_with_symbols for each in jedi.Script(head + typed, project=jedi.Project(ROOT)).complete()]
    assert completed in names, names[:20]
