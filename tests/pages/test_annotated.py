"""Feedback as an annotated notebook or a commented script: valid, in the right places, and of our making only where it is marked."""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
import warnings
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner, Result
from markdown_it import MarkdownIt
from support.hostile import CORPUS, report
from support.paths import COURSE, ROOT

from grader.cli.main import main
from grader.core.course import Course
from grader.core.grades import Grade, Override, grade_of
from grader.core.report import CellResult, GradeStatus, QuestionResult, Report, Status, TestResult
from grader.core.safe_text import clean
from grader.pages.feedback.annotated import BROKEN, TAG, annotated
from grader.pages.feedback.feedback_page import ExerciseText
from grader.pages.feedback.notes import MARKDOWN, PLAIN, note_on_all, note_on_question
from grader.pages.feedback.write_feedback import feedback_file, write_feedback


def code(source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": source, **more}


def text(source: str, kind: str = "markdown", **more: Any) -> dict[str, Any]:
    return {"cell_type": kind, "metadata": {}, "source": source, **more}


def notebook(*cells: dict[str, Any], minor: int = 4) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": minor}


def question(name: str, *tests: TestResult, status: Status = Status.FAILED) -> QuestionResult:
    return QuestionResult(name, sum(test.points for test in tests), sum(test.max_points for test in tests), status, tests)


def failed(summary: str, message: str = "", diagnosis: str = "", points: float = 1.0, status: Status = Status.FAILED) -> TestResult:
    return TestResult("t", status, 0.0, points, summary, message, diagnosis)


RIGHT = question("double", TestResult("t", Status.PASSED, 2.0, 2.0, "It doubles."), status=Status.PASSED)
WRONG = question("triple", failed("It triples `x`.", "triple(2): got 4, expected 6", "this doubles", 3.0))
MADE = Report(
    "ada", "01_double", 2.0, 6.0, GradeStatus.GRADED, (RIGHT, WRONG, question("gone", failed("It is there.", "no such name"))),
    (CellResult(3, Status.CRASHED, "NameError: x (line 1)"),),
)  # fmt: skip


def file_of(cells: dict[str, Any] | None, script: bool = False, made: Report = MADE, grade: Grade | None = None) -> str:
    return annotated(grade or grade_of(made), made, ExerciseText("Double"), cells, "" if cells else "Gone.", script)


def read(written: str) -> Any:
    """The notebook; whatever nbformat dislikes about it is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = nbformat.reads(written, as_version=4)
        nbformat.validate(made)
    return made


def ours(cell: Any) -> bool:
    return TAG in cell.metadata.get("tags", [])


# The notebook


@pytest.mark.parametrize("minor", [0, 2, 4, 5])
def test_notes_stand_after_the_cells_they_belong_to_and_the_rest_is_as_it_was(minor: int) -> None:
    """One at the top, one after each answer, one at the end for what no cell defines; ids, outputs and metadata stay."""
    stream = {"output_type": "stream", "name": "stdout", "text": "4\n"}
    mine = [
        text("# Mine"), code("def double(x): return 2 * x", execution_count=7), code("x = 1", outputs=[stream]),
        code("def triple(x): return 2 * x", metadata={"tags": ["keep"]}), text("raw", "raw"),
    ]  # fmt: skip
    if minor == 5:
        mine = [{**cell, "id": name} for cell, name in zip(mine, ["a", "b", f"{TAG}-1", "d", "e"], strict=True)]
    made = read(file_of(notebook(*mine, minor=minor)))
    assert [ours(cell) for cell in made.cells] == [True, False, False, True, False, False, True, False, True]
    assert [dict(cell) for cell in made.cells if not ours(cell)] == mine
    assert (made.nbformat, made.nbformat_minor) == (4, minor)
    top, double, triple, rest = (cell.source for cell in made.cells if ours(cell))
    assert top.startswith("**Feedback: Double**\n\nFor ada: 2 of 6 points\n\n- `double`: ✓ passed, 2 of 2 points, cell 1\n")
    assert top.endswith("- `gone`: ✗ failed, 0 of 1 point\n- cell 3 had an error: NameError: x (line 1)")
    assert double == "**Feedback on `double`: ✓ passed, 2 of 2 points**"
    assert triple.split("\n\n") == [
        "**Feedback on `triple`: ✗ failed, 0 of 3 points**", "3 points for: It triples `x`.", "**This looks like:** this doubles",
        "```\ntriple(2): got 4, expected 6\n```",
    ]  # fmt: skip
    assert rest.startswith("**Feedback on `gone`:")


def test_feedback_on_an_annotated_notebook_replaces_the_notes() -> None:
    """A student who went on in it and handed it in again finds each note once."""
    first = file_of(notebook(text("a"), code("def double(x): pass")))
    assert file_of(json.loads(first)) == first


def test_notes_on_one_cell_are_one_cell_and_begin_with_what_is_wrong() -> None:
    """Two questions answered in one cell: first the failed one."""
    made = read(file_of(notebook(code("def double(x): pass\ndef triple(x): pass"))))
    (note,) = [cell.source for cell in made.cells[2:3]]
    assert note.index("`triple`") < note.index("`double`") and len(made.cells) == 4


@pytest.mark.parametrize(
    ("file", "whole"),
    [
        (notebook({**code("def double(x): pass"), "id": "early"}), True),
        (notebook(code("def double(x): pass"), minor=5), True),
        (notebook(*[code("def double(x): pass", id="twice")] * 2, minor=5), True),
        ({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"metadata": {}, "cells": [
            {"cell_type": "code", "input": ["def double(x): pass"], "language": "python", "outputs": [], "metadata": {}}]}]}, True),
        ({"cells": [code("def double(x): pass")]}, False),
        (notebook({"cell_type": "code", "source": ["def double(x): pass"]}, {"cell_type": "odd", "source": "b"}, {"cell_type": "raw", "source": "c"}), False),
        ({"cells": [7, code("def double(x): pass")], "nbformat": 4, "nbformat_minor": 4}, False),
        (notebook(code("def double(x): pass", outputs=[{"output_type": "odd"}])), False),
    ],
)  # fmt: skip
def test_what_is_written_is_valid_whatever_was_handed_in(file: dict[str, Any], whole: bool) -> None:
    """Small faults are mended; of a file that Jupyter would complain about, the cells' text is there, and a sentence."""
    made = read(file_of(file))
    assert (BROKEN in made.cells[0].source.replace("&#39;", "'")) != whole
    code_cells = [place for place, cell in enumerate(made.cells) if cell.cell_type == "code"]
    assert made.cells[code_cells[-1]].source == "def double(x): pass"
    assert made.cells[code_cells[-1] + 1].source.startswith("**Feedback on `double`")


def test_without_the_notebook_the_results_are_there() -> None:
    """Every question at the end, and why there are no cells."""
    made = read(file_of(None))
    assert [cell.cell_type for cell in made.cells] == ["markdown"] * 2 and made.cells[0].source.endswith("\n\nGone.")
    assert [name for name in ("double", "triple", "gone") if name not in made.cells[1].source] == []
    assert "Gone." in file_of(None, script=True)


def test_what_a_person_decided_and_our_own_failures_are_told() -> None:
    """Overrides with their comments, lateness, and tests of ours that broke."""
    broken = question("double", failed("It doubles.", "OSError", status=Status.UNGRADED), status=Status.UNGRADED)
    made = Report("ada", "01_double", None, 6.0, GradeStatus.UNGRADED, (replace(broken, score=None), WRONG), problem="our failure: OSError")
    overs = (
        Override("ada", "01_double", "triple", 2.5, "an honest try", "m.curie", "2026-11-02T10:00:00"),
        Override("ada", "01_double", "", None, "see me", "m.curie", "2026-11-03T10:00:00"),
    )
    grade = replace(grade_of(made), overrides=overs, note="2 days late")
    for script in (False, True):
        written = file_of(notebook(code("def triple(x): pass")), script, made, grade)
        for words in (
            "ungraded: part of this could not be graded yet; it costs you nothing", "Not graded yet: our failure: OSError", "Late: 2 days late",
            "M.curie on 2026-11-03: see me", "failed, 2.5 of 3 points", "Set by m.curie on 2026-11-02: an honest try; the tests gave 0",
            "Our tests broke here; that costs you nothing: It doubles.", "? ungraded, – of 1 point",
        ):  # fmt: skip
            assert words in written


# The script


def code_of(script: str) -> str:
    return ast.dump(ast.parse(script))


def test_the_script_is_the_students_code_with_comments() -> None:
    """Text, raw cells and notes are comments whatever ends their lines; code cells are numbered as messages do."""
    cells = [
        text("a\rimport os\r\nimport sys\x0cimport re\x85import io\u2028import json"), text("import raw", "raw"),
        code("x = 1", execution_count=99), code("y = 2", metadata={"transient": {"remove_source": True}}), code("def double(x):\n    return 2 * x"),
    ]  # fmt: skip
    script = file_of(notebook(*cells), script=True)
    assert code_of(script) == code_of("x = 1\ny = 2\ndef double(x):\n    return 2 * x")
    assert "# In[1]:" in script and "# In[3]:" in script and "99" not in script
    assert script.index("return 2 * x") < script.index("# Feedback on `double`: ✓ passed, 2 of 2 points")
    assert "#     triple(2): got 4, expected 6" in script


def test_magics_are_as_nbconvert_writes_them() -> None:
    """Calls of IPython, so that the script can be compiled."""
    script = file_of(notebook(code("%matplotlib inline\n!ls"), code("%%time\nx = 1")), script=True)
    compile(script, "script", "exec")
    assert "get_ipython().run_line_magic('matplotlib', 'inline')" in script and "get_ipython().system('ls')" in script
    assert "get_ipython().run_cell_magic('time', ''" in script


def test_every_notebook_of_the_course_is_annotated() -> None:
    """References: valid notebooks with their own cells unchanged, and scripts that compile."""
    paths = sorted((ROOT / "solutions").glob("*/*.ipynb"))
    assert len(paths) >= 11
    for path in paths:
        file = json.loads(path.read_text(encoding="utf-8"))
        names = Course(ROOT).exercises[path.stem].question_names
        made = replace(MADE, questions=tuple(question(name, failed("It works.")) for name in names), cells=())
        whole = read(file_of(file, made=made))
        assert [cell for cell in whole.cells if not ours(cell)] == nbformat.reads(path.read_text(encoding="utf-8"), as_version=4).cells
        assert sum(map(ours, whole.cells)) >= 3 and not ours(whole.cells[-1])
        compile(file_of(file, script=True, made=made), path.name, "exec")


# Hostile text


class Elements(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[tuple[str, ...]] = set()
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add((tag, *(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("hostile", [*CORPUS, "\\(x\\) \\[y\\] \\begin{align}z\\end{align} $a$", "```\n# b\n`````", "www.evil.example a@evil.example", "1. a\n- b\n\n    c\n---"])
def test_a_note_is_text_whatever_is_in_it(hostile: str) -> None:
    """Rendered with raw HTML allowed, it has the elements of a harmless note only, and nothing LaTeX or a linkifier acts on."""
    made = report(hostile, hostile, question=f"q {hostile}")
    over = Override(hostile, "01_double", made.questions[0].name, 1.0, hostile, hostile, hostile)
    grade = replace(grade_of(made), note=hostile, overrides=(over, replace(over, question="")))
    notes = [note_on_all(grade, made, ExerciseText(hostile), {}, f"Not shown: {hostile}", MARKDOWN)]
    notes += [note_on_question(one, 1.0, grade, MARKDOWN) for one in made.questions]
    for note in notes:
        shown = Elements(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(note))
        assert shown.tags <= {("p",), ("strong",), ("ul",), ("li",), ("code",), ("pre",)}
        outside = MarkdownIt("commonmark").render(note).replace("&quot;", '"')
        bare = "".join(part.partition("</code>")[2] for part in outside.split("<code>"))
        assert "$" not in bare.replace("&#36;", "") or "$" not in "".join(part for place, part in enumerate(note.split("`")) if place % 2 == 0)
        assert "://" not in "".join(note.split("`")[::2]) and "\\(" not in "".join(note.split("`")[::2])
    if clean(hostile).strip() and "`" not in hostile:
        assert " ".join(clean(hostile).split()) in " ".join(Elements(MarkdownIt("commonmark").render(notes[0])).words.split())


@pytest.mark.parametrize("hostile", [*CORPUS, "\rimport os\r\nimport sys", "'''\n\"\"\"\nimport os\n", "\\\nimport os"])
def test_a_script_runs_nothing_but_the_students_code(hostile: str) -> None:
    """Whatever stands in names, messages and text cells stays behind the number sign."""
    made = report(hostile, hostile, question=f"q {hostile}")
    cells = notebook(text(hostile), text(hostile, "raw"), code("double = 1"), text(f"# {hostile}"))
    script = annotated(grade_of(made), made, ExerciseText(hostile), cells, hostile, True)
    assert code_of(script.encode("utf-8", "replace").decode()) == code_of("double = 1")
    notes = note_on_all(grade_of(made), made, ExerciseText(hostile), {}, hostile, PLAIN)
    assert [char for char in notes if not char.isprintable() and char not in "\n\t\u3000"] == []


# Files


def judged(folder: Path, source: str, suffix: str = ".ipynb") -> Grade:
    """Ada's notebook or script on disk, and a grade that was given for it."""
    path = folder / "ada" / f"01_double{suffix}"
    path.parent.mkdir(exist_ok=True)
    path.write_text(source if suffix == ".py" else json.dumps(notebook(code(source))), encoding="utf-8")
    made = replace(MADE, submission_sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    return replace(grade_of(made), path=path)


@pytest.mark.parametrize("form", ["html", "ipynb", "script"])
def test_a_notebook_that_is_gone_changed_or_breaks_us_costs_only_its_cells(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The results are in the file all the same, with the reason; the next run tries again."""
    grade = judged(tmp_path, "def double(x): pass")
    assert grade.report is not None and grade.path is not None

    def written() -> tuple[str, int]:
        without = write_feedback([grade], Course(COURSE), tmp_path, form=form)
        (path,) = (tmp_path / "feedback" / "ada").iterdir()
        return path.read_text(encoding="utf-8"), len(without)

    whole, missing = written()
    assert "def" in whole and "not shown" not in whole and missing == 0
    grade.path.write_text(json.dumps(notebook(code("other = 1"))), encoding="utf-8")
    changed, missing = written()
    assert "the file has changed since it was graded" in changed and "other" not in changed and "double" in changed and missing == 1
    grade.path.unlink()
    assert "the file cannot be read (No such file or directory)" in written()[0]
    grade = judged(tmp_path, "def double(x): pass")
    monkeypatch.setattr("grader.pages.feedback.write_feedback.document_in", lambda *_: 1 / 0)
    assert "our failure, not yours (ZeroDivisionError)" in written()[0]


@pytest.mark.parametrize("form", ["html", "ipynb", "script"])
def test_a_script_that_was_handed_in_is_shown_cell_by_cell(tmp_path: Path, form: str) -> None:
    """`# %%` parts its cells, as for the judge."""
    grade = judged(tmp_path, "x = 1\n# %%\ndef double(x):\n    return 2 * x\n", ".py")
    assert grade.report is not None
    content, whole = feedback_file(grade, grade.report, Course(COURSE), form)
    assert whole and "double" in content and "not shown" not in content


def test_the_command_writes_the_form_that_was_asked_for(tmp_path: Path) -> None:
    """Next to the pages, for the students and exercises named, by names that say what they are."""
    for name in ("ada", "bob"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "01_double.ipynb").write_text(json.dumps(notebook(code("def double(x):\n    return x"))), encoding="utf-8")
    out = tmp_path / "out"

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(main, [*map(str, arguments), "--course", str(COURSE)], catch_exceptions=False)

    assert run("grade", tmp_path / "in", "-o", out, "--jobs", 1).exit_code == 0
    page = (out / "feedback" / "ada" / "01_double.html").read_bytes()
    result = run("feedback", out, "--format", "ipynb", "--student", "a*", "--exercise", "01")
    assert (result.exit_code, result.output) == (0, f"1 file: {out / 'feedback'}\n")
    assert run("feedback", out, "--format", "script").output == f"2 files: {out / 'feedback'}\n"
    names = {f"{path.parent.name}/{path.name}" for path in (out / "feedback").rglob("*.*")}
    assert names == {f"ada/01_double{end}" for end in (".html", ".ipynb", ".py")} | {"bob/01_double.html", "bob/01_double.py"}
    assert "got" in read((out / "feedback" / "ada" / "01_double.ipynb").read_text(encoding="utf-8")).cells[2].source
    assert (out / "feedback" / "ada" / "01_double.html").read_bytes() == page
    assert run("feedback", out, "--format", "pdf").exit_code == 2
    (tmp_path / "in" / "bob" / "01_double.ipynb").unlink()
    assert "without cells: bob 01_double:" in run("feedback", out, "--format", "ipynb").output


def test_nbconvert_is_loaded_only_when_it_is_asked_for() -> None:
    """Pages are made without it."""
    program = "import sys, grader.pages.feedback.write_feedback; print(sorted(sys.modules.keys() & {'nbconvert', 'nbformat'}))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"
