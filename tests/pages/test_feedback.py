"""Feedback pages: results next to the answers they belong to, in one file that is safe, readable and accessible."""

from __future__ import annotations

import base64
import binascii
import hashlib
import itertools
import json
import re
import shutil
import struct
import zlib
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support.browser import watched
from support.cells import judge_of
from support.hostile import CORPUS, FORMULAS, LONG, MARKUP, PWN, TERMINAL, UNICODE, report
from support.nonempty import nonempty
from support.paths import ROOT

from grader.cli.main import main
from grader.core.cells import defining_cells
from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.grades import Grade, grade_of
from grader.core.points import points
from grader.core.report import CellResult, GradeStatus, QuestionResult, Report, Status, TestResult
from grader.engine.submission import Submission
from grader.pages.feedback.code import code_lines, linked, with_code
from grader.pages.feedback.feedback_page import ExerciseText, feedback_page
from grader.pages.feedback.formulas import formula
from grader.pages.feedback.markdown import markdown, parts
from grader.pages.feedback.safe_html import LENGTHS, MATHS, PROSE, WORDS, safe_html
from grader.pages.feedback.shown_cells import given_cells, shown_cells
from grader.pages.feedback.write_feedback import exercise_text, feedback_file, write_feedback
from grader.pages.html import TEMPLATES
from grader.sandbox.forkserver import ForkServer
from grader.suite.session import SuiteSession

SLUG = "01_gates"


def png(width: int = 2, height: int = 1) -> bytes:
    """A small black picture, or the head of one that claims to be large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", binascii.crc32(kind + data))

    rows = zlib.compress(b"".join(b"\0" + bytes(3 * width) for _ in range(height))) if width * height < 1000 else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def picture(image: bytes, **data: str) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": {"image/png": base64.encodebytes(image).decode(), **data}}


def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": source, "outputs": list(outputs)}


def text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 4}


def filled_in(path: Path) -> Path:
    """The released notebook with a right AddGate, MulGate without upstream, a raising CopyGate, no MaxGate and the rest not begun."""
    stub = json.loads((ROOT / "exercises" / SLUG / f"{SLUG}.ipynb").read_text(encoding="utf-8"))
    reference = json.loads((ROOT / "solutions" / SLUG / f"{SLUG}.ipynb").read_text(encoding="utf-8"))
    cells = []
    for cell, solved in zip(stub["cells"], reference["cells"], strict=True):
        answer = "".join(solved["source"])
        if answer.startswith("class AddGate"):
            cell = code(answer, picture(png(), **{"text/plain": "<Figure>"}))
        elif answer.startswith("class MulGate"):
            cell = code(answer.replace("upstream * self.y, upstream * self.x", "self.y, self.x"))
        elif answer.startswith("class CopyGate"):
            cell = code(answer.replace("return upstream_1 + upstream_2", "return upstream_1 + upstream_3"))
        if not answer.startswith("class MaxGate"):
            cells.append(cell)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook(*cells, text("#### Mine\n\n$\\frac{1}{2}$"), code("print(no_such_name)"))), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def graded(forkserver: ForkServer, tmp_path_factory: pytest.TempPathFactory) -> tuple[Grade, str]:
    """The notebook, judged in the sandbox, and its page."""
    path = filled_in(tmp_path_factory.mktemp("feedback") / "ada" / f"{SLUG}.ipynb")
    course = Course(ROOT)
    exercise = course.exercises[SLUG]
    session = SuiteSession(exercise.hidden_suite)
    made = judge_of(exercise, session, forkserver).grade(Submission("ada", SLUG, path))
    judged = replace(grade_of(made), path=path)
    session.close()
    write_feedback([judged], course, path.parents[1])
    return judged, (path.parents[1] / "feedback" / "ada" / f"{SLUG}.html").read_text(encoding="utf-8")


class Reader(HTMLParser):
    """What is on a page: elements with their attributes, headings, words in their order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(page.split("</style>")[-1])
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    @property
    def headings(self) -> list[int]:
        return [int(tag[1]) for tag, _ in self.elements if re.fullmatch("h[1-6]", tag)]


def page_of(made: Report, *cells: dict[str, Any], given: Any = (), title: str = "Double", hints: Any = None) -> str:
    return feedback_page(grade_of(made), made, ExerciseText(title, {}, hints or {}), shown_cells(notebook(*cells), given))


def about(*questions: str, status: str = "failed", cells: tuple[CellResult, ...] = ()) -> Report:
    """A report in which every question has one test of this status."""
    asked_for = tuple(
        QuestionResult(name, 0.0, 2.0, Status(status), (TestResult(f"test_{name}", Status(status), 0.0, 2.0, f"{name} does it.", f"{name} did not"),))
        for name in questions
    )
    return Report("ada", "01_double", 0.0, 2.0 * len(questions), GradeStatus.GRADED, asked_for, cells)


# What a student reads


def test_each_result_follows_the_answer_it_belongs_to(graded: tuple[Grade, str]) -> None:
    """Passed, failed, crashed and not attempted: the box follows the cell that defines the name."""
    judged, page = graded
    assert [question.status for question in judged.report.questions][:4] == ["passed", "failed", "not_attempted", "crashed"]
    for place, question in enumerate(judged.report.questions, 1):
        box = page.index(f'id="question-{place}"')
        if question.name == "MaxGate":
            assert box > page.index("Not found in your notebook")
        else:
            cell = page[page.rindex('<div class="cell"', 0, box) : box]
            assert re.search(rf"{question.name}\b", re.sub("<[^>]*>", "", cell))


def test_a_lost_point_comes_with_sentence_message_diagnosis_and_hints(graded: tuple[Grade, str]) -> None:
    """The page has everything the report says about a failed test, and the question's hints."""
    judged, page = graded
    words = " ".join(Reader(page).words.split())
    tests = [test for question in judged.report.questions for test in question.tests]
    assert any(test.diagnosis for test in tests)
    for test in tests:
        for said in (test.summary, test.diagnosis, test.message) if test.status != "passed" else ():
            assert " ".join(said.split()).replace("`", "") in words.replace("`", "")
    for question in Course(ROOT).exercises[SLUG].questions:
        first = re.sub(r"[`*]", "", question.hints[0])
        assert (first in words) == (question.name != "AddGate")


def test_the_summary_names_every_question_its_points_and_where_it_is(graded: tuple[Grade, str]) -> None:
    """Name, status in words, points, and a link to something on the page."""
    judged, page = graded
    table = page[page.index("<table") : page.index("</table>")]
    for place, question in enumerate(judged.report.questions, 1):
        row = next(row for row in table.split("<tr>") if f'href="#question-{place}"' in row)
        words = " ".join(Reader(row).words.split())
        assert question.name in words and question.status.replace("_", " ") in words
        assert f"{points(question.score)} of {points(question.max_score)}" in words
    ids = {attributes.get("id") for _, attributes in Reader(page).elements}
    links = [attributes["href"] for tag, attributes in Reader(page).elements if tag == "a"]
    assert all(link and link.startswith("#") and link[1:] in ids for link in nonempty(links))
    assert any(re.fullmatch(r"#cell-7-line-\d+", str(link)) for link in links)  # "(cell 7, line …)" of the crash


def test_what_came_with_the_exercise_is_folded_and_its_headings_are_not(graded: tuple[Grade, str]) -> None:
    """The student's own text is open, the exercise's is in <details>; nothing is left out."""
    _, page = graded
    open_part = re.sub(r"(?s)<details.*?</details>", "", page)
    for heading in ("1. The add gate", "Conventions", "Mine"):
        assert heading in open_part
    for hidden in ("Several gates are alive at once", "import matplotlib.pyplot"):
        assert hidden in Reader(page).words and hidden not in Reader(open_part).words
    assert "class AddGate" in Reader(open_part).words
    assert "no_such_name" in Reader(open_part).words and "This cell had an error:" in open_part


def test_nothing_of_the_hidden_suite_is_on_the_page(graded: tuple[Grade, str]) -> None:
    """None of its lines, only what the report says."""
    judged, page = graded
    words = Reader(page).words
    told = json.dumps(judged.report.as_dict())
    own = judged.path.read_text(encoding="utf-8")
    for line in (ROOT / "solutions" / SLUG / "test_hidden.py").read_text(encoding="utf-8").splitlines():
        if len(line.strip()) > 25 and json.dumps(line.strip())[1:-1] not in own + told:
            assert line.strip() not in words or line.strip() in told, line


def test_the_last_definition_wins_and_a_method_belongs_to_its_class() -> None:
    """`def`, `class` and assignments, also several in a line; indented lines, comparisons and calls define nothing."""
    cells = shown_cells(
        notebook(
            code("def double(x): pass\nclass Value:\n    def relu(self): pass\n    inner = 1"),
            text("def double"),
            code("%matplotlib inline\na, b = 1, 2\nc: int = 3\nd == 4\ne(5)\nasync def f(): pass"),
            code("double = lambda x: x"),
        )
    )
    code_cells = [(cell.number, cell.source) for cell in cells if cell.kind == "code"]
    names = ["double", "Value", "Value.relu", "inner", "a", "b", "c", "d", "e", "f"]
    assert defining_cells(code_cells, names) == {"double": 3, "Value": 1, "Value.relu": 1, "a": 2, "b": 2, "c": 2, "f": 2}
    page = page_of(about("Value.relu", "double"), code("class Value: pass"), code("def double(x): pass"), code("x = 1"))
    places = [page.index(mark) for mark in ('id="cell-1"', 'id="question-1"', 'id="cell-2"', 'id="question-2"', 'id="cell-3"')]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("first", "second", "cell"),
    [
        ("def double(x):\n    return x", "y = 1", 1),
        ("try:\n    def double(x):\n        return x\nfinally:\n    pass", "y = 1", 1),
        ("def double(x):\n    return x", 'note = """\ndef double(x):\n    was my first idea\n"""', 1),
        ("y = 1", "from numpy import maximum as double", 2),
        ("double = None", "if True:\n    @cache\n    def double(x): ...", 2),
        ("y = 1", "def double(x:\n    return x", 2),
    ],
)  # fmt: skip
def test_a_result_stands_at_the_cell_that_binds_the_name(first: str, second: str, cell: int) -> None:
    """However it is bound; a docstring that quotes the definition is not it, a broken cell is."""
    page = page_of(about("double"), code(first), code(second))
    body = page[page.index("Your notebook") :]
    marks = re.findall(r'id="(cell-\d+|question-1)"', body)
    assert marks.index("question-1") == cell == marks.index(f"cell-{cell}") + 1


def test_tests_with_the_same_message_are_one_entry() -> None:
    """Ten tests of a question that was not begun are one entry with ten sentences."""
    tests = tuple(TestResult(f"t{n}", Status.NOT_ATTEMPTED, 0.0, 1.0, f"Sentence {n}.", "still the stub") for n in range(10))
    made = Report("ada", "x", 0.0, 10.0, GradeStatus.GRADED, (QuestionResult("double", 0.0, 10.0, Status.NOT_ATTEMPTED, tests),))
    words = Reader(page_of(made, code("def double(x): pass"))).words
    assert words.count("still the stub") == 1 and all(f"Sentence {n}." in words for n in nonempty(range(10)))
    assert "10 points for:" in words


def test_an_unreadable_or_ungraded_notebook_says_whose_fault_it_is() -> None:
    """A zero gives its reason; our own failure costs nothing and comes without hints."""
    empty = Report("ada", "x", 0.0, 4.0, GradeStatus.GRADED, problem="could not be read: the file is empty")
    unread = feedback_page(grade_of(empty), empty, ExerciseText("X"), None)
    assert "could not be read: the file is empty" in Reader(unread).words
    test = TestResult("t", Status.UNGRADED, 0.0, 1.0, "A sentence.", "our failure, not yours: OSError")
    made = Report("ada", "x", None, 1.0, GradeStatus.UNGRADED, (QuestionResult("double", None, 1.0, Status.UNGRADED, (test,)),))
    words = Reader(page_of(made, code("def double(x): pass"), hints={"double": ["a hint"]})).words
    assert "costs you nothing" in words and "a hint" not in words


def test_names_and_lines_in_messages_are_set_as_code_and_links() -> None:
    """Only lines that are on the page are linked."""
    assert linked("f raised (cell 2, line 3) <b>", {2: 3}) == 'f raised (<a href="#cell-2-line-3">cell 2, line 3</a>) &lt;b&gt;'
    assert linked("cell 2, line 4; cell 3, line 1", {2: 3}) == "cell 2, line 4; cell 3, line 1"
    assert with_code("is `f<g>` right?") == "is <code>f&lt;g&gt;</code> right?"


# Formulas and Markdown


def test_every_formula_of_the_course_is_typeset() -> None:
    """No formula in a released notebook stays LaTeX or contains a dollar or a backslash."""
    seen = 0
    for path in sorted((ROOT / "exercises").glob("*/*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                made = str(markdown("".join(cell["source"])))
                assert 'class="tex"' not in made, f"{path.name}: {made}"
                for math in re.findall(r"<math.*?</math>", made, re.DOTALL):
                    seen += 1
                    assert not re.search(r"[$\\]", math), f"{path.name}: {math}"
                assert not re.search(r"\$[^$<]*\\[a-z]+", re.sub(r"(?s)<(code|pre)>.*?</\1>", "", made)), path.name
    assert seen > 500


@pytest.mark.parametrize(
    "latex",
    ["\\text{<script>alert(1)</script>}", "\\text{&lt;img src=x onerror=1&gt;}", "\\href{javascript:alert(1)}{x}", "\\class{a\" onclick=\"b}{x}",
     "\\style{position:fixed}{x}", "\\color{red;background:url(x)}{y}", "<mi onclick=alert(1)>", "\\unicode{x202e}", "x\u202ey", "\\hspace{-99em}x", "\\rule{9999px}{9999px}"],
)  # fmt: skip
def test_a_formula_yields_nothing_but_mathematics(latex: str) -> None:
    """Tags and attributes are on the allow-list; lengths are short and never negative; text is escaped."""
    for tag, attributes in Reader(str(formula(latex, True))).elements:
        assert tag == "code" or tag.startswith("m")
        assert not {name for name in attributes if name.startswith("on") or name in ("href", "style", "id", "src")}
        assert attributes.get("class") in (None, "tex")
        for value in attributes.values():
            assert not re.search(r"-\d|\d\d+(px|em)", str(value))
    assert "\u202e" not in formula(latex, True)


def test_a_formula_that_cannot_be_typeset_is_shown_as_its_source() -> None:
    """Too long, nested too deeply, or not LaTeX at all."""
    for latex in ("x" * 5_000, "{" * 500 + "x" + "}" * 500, "\\frac{", "\\left("):
        assert formula(latex, False) == f'<code class="tex">{latex}</code>' or "<math" in formula(latex, False)
    assert formula("\\frac{", False) == '<code class="tex">\\frac{</code>'


def test_markdown_is_rendered_and_says_where_links_lead() -> None:
    """Structure, tables with scope and formulas; pictures and scripts do not become links."""
    made = str(markdown("# A\n\n[x](https://a.example/?b=1&c=2) ![pic](https://a.example/p.png) [j](javascript:alert(1)) [d](data:text/html,x)\n\n|a|b|\n|-|-|\n|1|$x$|"))
    assert '<a href="https://a.example/?b=1&amp;c=2" rel="noopener noreferrer nofollow">x</a> (https://a.example/?b=1&amp;c=2)' in made
    assert "<img" not in made and "[picture, not shown: pic]" in made
    assert made.count("<a ") == 1 and "(javascript:alert(1))" in made
    assert made.count('<th scope="col">') == 2 and "<math" in made
    assert markdown("<https://a.example/>") == '<p><a href="https://a.example/" rel="noopener noreferrer nofollow">https://a.example/</a></p>\n'
    assert markdown("[here](other.ipynb) ~~not~~") == "<p>here (other.ipynb) <s>not</s></p>\n"


@pytest.mark.parametrize(
    ("text", "formulas"),
    [("$a$", 1), ("costs $5 and $6", 0), (r"10$\times$10", 1), (r"a \$b$ c", 0), ("`$a$`", 0), ("text\n$$\na\n$$\nmore $b$", 2), ("$$a$$ and $b$", 2),
     ("\\begin{align}\na\n\\end{align}", 1), ("- item\n\n  $$\n  a\n  $$", 1), ("| $a$ | $b$ |\n|---|---|\n| $c$ | d |", 3)],
)  # fmt: skip
def test_dollars_are_formulas_where_jupyter_typesets_them(text: str, formulas: int) -> None:
    """In a line, on lines of their own, in lists and tables; prices, code and escaped dollars are text."""
    made = str(markdown(text))
    assert made.count("<math") == formulas
    assert "$" not in made or formulas == 0


def test_markdown_is_cut_at_its_headings() -> None:
    """Each heading, then the text below it with its first words."""
    assert [(part.level, part.words) for part in parts("intro $x$ here\n\n## A **b**\n\ntext <b>\n\n- c\n\n### D")] == [
        (0, "intro … here"), (2, ""), (0, "text <b> c"), (3, ""),
    ]  # fmt: skip


def test_headings_inside_a_list_or_a_quotation_cut_nothing() -> None:
    """What contains them stays whole; they are paragraphs there."""
    assert [(part.level, str(part.html)) for part in parts("> # a\n> b\n\n- # c\n\n# d")] == [
        (0, "<blockquote>\n<p>a</p>\n<p>b</p>\n</blockquote>\n<ul>\n<li>\n<p>c</p>\n</li>\n</ul>\n"), (1, "d"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", [*MARKUP, "<!-- x --><p style=color:red onclick=x id=a class=tex>a", "<math><mi href='javascript:x' style='x' mathvariant='bold'>a</mi></math>", "<a href='//evil.example'>b</a>"])
def test_the_allow_list_holds_without_the_parser(text: str) -> None:
    """Raw HTML given to the cleaner comes out with the listed elements and attributes only, without comments."""
    made = str(safe_html(text))
    for tag, attributes in Reader(made).elements:
        assert tag in {*PROSE, *MATHS}
        assert set(attributes) <= {"href", "rel", "scope", *WORDS, *LENGTHS}
        assert (attributes.get("href") or "https:").startswith(("http:", "https:", "mailto:"))
    assert "<!" not in made


@pytest.mark.parametrize("text", [*CORPUS, "<U+202E>&#x202e;&zwj;&rlm;", "a&#0;b", "[a]: <x>\n[a]", "***" * 3000, "[" * 20_000, "> " * 5000, "$" * 9000])
def test_markdown_of_hostile_text_is_text(text: str) -> None:
    """Elements on the list, one attribute on a link, nothing invisible."""
    for wrapped in (text, f"[{text}](https://x.example)", f"[x](<{text}>)", f"`{text}`", f"| {text} |\n|---|\n| {text} |", f"${text}$"):
        made = str(markdown(wrapped))
        for tag, attributes in Reader(made).elements:
            assert tag in "p br h1 h2 h3 h4 h5 h6 em strong s code pre blockquote ul ol li hr a table thead tbody tr th td".split() or tag.startswith("m")
            assert tag.startswith("m") or set(attributes) <= {"href", "rel", "scope", "class"}
            assert (attributes.get("href") or "https:").lower().startswith(("http:", "https:", "mailto:"))
        assert not re.search("[\u202e\u200b\u200d\u200f\u2066\x00-\x08\x1b\x7f-\x9f]", Reader(made).words)


# Cells and outputs


def test_of_outputs_only_plain_text_and_true_pictures_are_shown() -> None:
    """Not HTML, SVG, scripts, JSON or LaTeX, nor a script disguised as a PNG, nor a picture that is too large."""
    script = f"<script>{PWN}</script>"
    data = {"text/html": script, "image/svg+xml": script, "application/javascript": PWN, "text/latex": "latex", "image/gif": "R0lG"}
    cell = code(
        "x = 1", {"output_type": "display_data", "data": data}, picture(b"GIF89a" + png()), picture(png(100_000, 100_000)), picture(png() + bytes(1 << 20)),
        {"output_type": "stream", "text": ["a\n", "b\x1b[31m<i>"]}, {"output_type": "execute_result", "data": {**data, "text/plain": "long " * 1000}},
        {"output_type": "error", "ename": "E", "evalue": script, "traceback": [script]}, picture(png()), 7, {"data": 8}, {"data": {"image/png": [9]}},
    )  # fmt: skip
    outputs = shown_cells(notebook(cell))[0].outputs
    assert [bool(output.picture) for output in outputs] == [False, False, True]
    assert base64.b64decode(outputs[2].picture) == png()
    assert outputs[0].text == "a\nb\x1b[31m<i>" and len(outputs[1].text) < 2_100
    page = page_of(about("x"), cell)
    assert "b&lt;i&gt;" in page and script not in page and "<svg" not in page and "\x1b" not in page
    assert [attributes.get("alt") for tag, attributes in Reader(page).elements if tag == "img"] == ["Picture drawn by In [1]"]


def test_a_huge_notebook_does_not_make_a_huge_page() -> None:
    """20 MB of source, outputs or pictures are cut to a page of bearable size."""
    long = code("x = 1\n" * 100_000, *[{"output_type": "stream", "text": "y" * 10_000}] * 50)
    large = png() + bytes(1_000_000)
    page = page_of(about("x"), *[code("z", picture(large))] * 8, *[long] * 30, text("w " * 500_000))
    assert "<img" not in page and page.count("a picture is not shown here") == 8
    assert len(page) < 1_000_000
    assert "The rest of this cell is too long to be shown." in page


def test_cells_are_numbered_as_the_judge_numbers_them() -> None:
    """Also among cells of other kinds, in older notebooks, and next to malformed cells."""
    odd = {"cells": [7, {"cell_type": "raw", "source": "r"}, {"cell_type": "code", "source": ["a\n", "b"]}, {"cell_type": "code", "input": "c"}, {"source": None}]}
    assert [(cell.number, cell.source) for cell in shown_cells(odd)] == [(0, "r"), (1, "a\nb"), (2, "c"), (0, "None")]
    assert [cell.number for cell in shown_cells({"worksheets": [{"cells": [{"cell_type": "code", "input": "a"}]}, 3]})] == [1]
    assert code_lines("a\r\nb\rc\n\nd\n\n") == ("a", "b", "c", "", "d")
    assert len(code_lines("'''\n\n'''")) == 3


# Safety in a browser


def hostile_page(text: str) -> str:
    """`text` in names, messages, code, Markdown of all kinds and stored outputs."""
    wrappings = (text, f"# {text}", f"[{text}]({text})", f"![{text}]({text})", f"`{text}`", f"| {text} |\n|---|\n| {text} |", f"${text}$", f"$$\n\\text{{{text}}}\n$$", f"<{text}>", f"> - {text}")
    outputs = [{"output_type": "stream", "text": text}, {"output_type": "execute_result", "data": {"text/plain": text, "text/html": text, "image/svg+xml": text}}, picture(text.encode("utf-8", "replace"))]
    markdown_cells = [{"cell_type": "markdown", "source": wrapped} for wrapped in wrappings]
    cells = [*markdown_cells, code(text, *outputs), code(f"double = '''{text}'''\n# {text}"), {"cell_type": "raw", "source": text}]
    return page_of(report(text, text), *cells, title=text)


def test_nothing_a_student_wrote_runs_or_loads_in_a_browser(chromium: Any, tmp_path: Path) -> None:
    """The corpus wherever a student's text may appear: no dialog, console message, request or navigation."""
    with watched(chromium) as (page, happened):
        for place, hostile in enumerate([*MARKUP, *("\n".join(texts) for texts in (UNICODE, TERMINAL, FORMULAS, LONG))]):
            path = tmp_path / f"{place}.html"
            path.write_bytes(hostile_page(hostile).encode("utf-8", "replace"))
            page.goto(path.as_uri())
            assert page.evaluate("window.pwned") is None
            assert page.url == path.as_uri()
            assert page.evaluate("document.querySelectorAll('script, iframe, object, form, input, [style], main svg, img, link, base').length") == 0
        page.wait_for_timeout(200)
        assert [what for what in happened if not what.startswith("request: data:image/png")] == []


def test_the_policy_stops_what_sanitising_would_have_let_through(chromium: Any, tmp_path: Path) -> None:
    """The corpus put into a page without escaping does no harm under the policy."""
    clean_page = page_of(about("double"), code("double = 1"))
    assert '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; ' in clean_page
    assert clean_page.index("Content-Security-Policy") < clean_page.index("<style>") and "<script" not in clean_page
    with watched(chromium) as (page, happened):
        for place, hostile in enumerate(text for text in MARKUP if "refresh" not in text):
            path = tmp_path / f"{place}.html"
            path.write_bytes(clean_page.replace("<main>", f"<main>{hostile}").encode("utf-8", "replace"))
            page.goto(path.as_uri())
            assert page.evaluate("window.pwned") is None
        assert not [what for what in happened if what.startswith(("dialog", "console: pwned", "sent", "popup"))]


# Look


def test_the_page_opens_from_a_file_is_styled_and_fits_the_window(chromium: Any, graded: tuple[Grade, str], tmp_path: Path) -> None:
    """No request and no message; formulas are MathML elements and the picture is drawn, wide and narrow."""
    path = tmp_path / "page.html"
    path.write_text(graded[1], encoding="utf-8")
    assert path.stat().st_size < 500_000
    with watched(chromium) as (page, happened):
        for width in (1280, 480, 320):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(path.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") == "860px"
        assert page.evaluate("document.querySelector('math') instanceof MathMLElement")
        assert page.evaluate("document.querySelector('img').naturalWidth") == 2
        page.goto(f"{path.as_uri()}#cell-1-line-1")  # inside a folded cell
        page.emulate_media(media="print")
        shown = "() => [...document.querySelectorAll('details > :not(summary)')].every(e => e.getBoundingClientRect().height > 0)"
        assert page.evaluate(shown)
        assert [what for what in happened if not what.startswith("request: data:image/png")] == []


def test_headings_are_in_order_and_tables_have_scopes(graded: tuple[Grade, str]) -> None:
    """One h1 and no skipped level in spite of the student's Markdown; lang, scopes, names of regions."""
    wild = page_of(about("double"), text("###### six"), code("double = 1"), text("# one\n\n#### four\n\n## two"), code("x"), text("##### five"))
    for page in (graded[1], wild):
        levels = Reader(page).headings
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after <= before + 1 for before, after in nonempty(itertools.pairwise(levels))), levels
        assert '<html lang="en">' in page
        headers = [attributes for tag, attributes in Reader(page).elements if tag == "th"]
        assert all(attributes.get("scope") in ("row", "col") for attributes in nonempty(headers))
        ids = [attributes["id"] for _, attributes in Reader(page).elements if "id" in attributes]
        assert len(ids) == len(set(ids))
        assert {attributes["aria-labelledby"] for _, attributes in Reader(page).elements if "aria-labelledby" in attributes} <= set(ids)


def test_no_status_is_told_by_colour_alone() -> None:
    """Each status is a word with its own sign."""
    for status, word in (("passed", "✓ passed"), ("failed", "✗ failed"), ("timed_out", "… timed out"), ("not_attempted", "– not attempted")):
        assert " ".join(Reader(page_of(about("double", status=status), code("double = 1"))).words.split()).count(word) >= 2


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_text_has_enough_contrast_in_light_and_dark() -> None:
    """WCAG AA, 4.5 : 1, for every pair of text and background that the pages use; the formula of WCAG 2.2."""
    css = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in ("style.css", "feedback.css"))
    light, dark = {}, {}
    for block in re.finditer(r"(@media screen and \(prefers-color-scheme: dark\) \{\s*)?:root \{(.*?)\}", css, re.DOTALL):
        (dark if block[1] else light).update(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", block[2]))
    assert light.keys() == dark.keys() >= {"c", "s", "n", "k", "d", "b", "ink", "link"}
    pairs = [(tone, f"{tone}-bg") for tone in ("good", "mid", "low", "bad", "none", "open")]
    pairs += [(text, back) for text in ("ink", "muted", "link", "good") for back in ("bg", "panel", "code")]
    pairs += [(text, "panel") for text in "csnkdb"] + [(text, "mid-bg") for text in ("ink", *"csnkdb")] + [("link", "bg")]
    for colours in (light, dark):
        for text_colour, back in pairs:
            high, low = sorted((luminance(colours[text_colour]), luminance(colours[back])), reverse=True)
            assert (high + 0.05) / (low + 0.05) >= 4.5, (text_colour, back, colours[text_colour], colours[back])


# The command


def test_pages_are_made_again_and_say_if_the_file_is_gone_or_changed(tmp_path: Path) -> None:
    """`grade` makes them, `feedback` makes the same again; without the judged file there are results but no cells."""
    course, out = tmp_path / "course", tmp_path / "out"
    shutil.copytree(ROOT / "tests" / "course", course)
    for name, answer in (("ada", "def double(x):\n    return 2 * x"), ("bob", "def double(x):\n    return x")):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "01_double.ipynb").write_text(json.dumps(notebook(code(answer))), encoding="utf-8")

    def run(*arguments: object) -> Any:
        return CliRunner().invoke(main, [*map(str, arguments), "--course", str(course)], catch_exceptions=False)

    assert run("feedback", out).exit_code == 2
    assert "grade first" in run("feedback", out).stderr
    assert run("grade", tmp_path / "in", "-o", out, "--jobs", 1).exit_code == 0
    pages = {name: out / "feedback" / name / "01_double.html" for name in ("ada", "bob")}
    first = {name: path.read_text(encoding="utf-8") for name, path in pages.items()}
    assert "return" in Reader(first["ada"]).words and "return" in Reader(first["bob"]).words
    pages["ada"].unlink()
    pages["bob"].write_text("", encoding="utf-8")
    result = run("feedback", out, "--student", "a*")
    assert (result.exit_code, result.output) == (0, f"1 file: {out / 'feedback'}\n")
    assert pages["ada"].read_text(encoding="utf-8") == first["ada"] and not pages["bob"].read_text(encoding="utf-8")
    (tmp_path / "in" / "ada" / "01_double.ipynb").unlink()
    (tmp_path / "in" / "bob" / "01_double.ipynb").write_text(json.dumps(notebook(code("x"))), encoding="utf-8")
    result = run("feedback", out, "--exercise", "01")
    assert "without cells: ada 01_double:" in result.output and result.output.endswith(f"2 files: {out / 'feedback'}\n")
    assert "the file cannot be read (No such file or directory)" in pages["ada"].read_text(encoding="utf-8")
    assert "the file has changed since it was graded" in pages["bob"].read_text(encoding="utf-8")
    assert "return" not in Reader(pages["bob"].read_text(encoding="utf-8")).words and 'id="question-1"' in pages["bob"].read_text(encoding="utf-8")
    assert run("feedback", out, "--student", "zoe").exit_code == 2
    assert run("feedback", out, "--exercise", "02").exit_code == 2


def test_a_notebook_that_breaks_the_page_costs_only_its_own_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The results are still handed back, with a sentence that the failure was ours."""
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps(notebook(code("double = 1"))), encoding="utf-8")
    made = replace(about("double"), submission_sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    monkeypatch.setattr("grader.pages.feedback.write_feedback.shown_cells", lambda *_: 1 / 0)
    one = replace(grade_of(made), path=path)
    assert write_feedback([one], Course(ROOT), tmp_path) == [one]
    page = (tmp_path / "feedback" / "ada" / "01_double.html").read_text(encoding="utf-8")
    assert "our failure, not yours (ZeroDivisionError)" in page and "double did not" in page


def test_a_students_name_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    """A gradebook from elsewhere may hold any name."""
    for name in ("..", "", "a/b", "."):
        with pytest.raises(GraderError, match="cannot be a student's folder"):
            write_feedback([replace(grade_of(report(name, "x")), path=tmp_path / "none.ipynb")], Course(ROOT), tmp_path)


def test_an_exercise_that_is_gone_still_has_its_page(tmp_path: Path) -> None:
    """Its title is then the slug, and it has no hints."""
    assert exercise_text(Course(tmp_path), "09_gone") == ExerciseText("09_gone")
    made = report("ada", "x")
    page, whole = feedback_file(replace(grade_of(made), path=tmp_path), made, Course(tmp_path))
    assert not whole and "<h1>01_double</h1>" in page and "not shown" not in page
    assert given_cells(notebook(text("a"))) == {("markdown", "a")}
