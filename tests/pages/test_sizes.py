"""What one submission leaves in the results: about two megabytes in all, whatever is in it, and cut in words."""

import base64
import hashlib
import json
import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from support.nonempty import nonempty
from support.paths import COURSE, ROOT

from grader.core.course import Course
from grader.core.grades import ClassGrades, Column, Grade, Standing, grade_of
from grader.core.report import (
    LEFT_OUT,
    CellResult,
    GradeStatus,
    QuestionResult,
    Report,
    Status,
    TestResult,
    report_from,
)
from grader.core.students import Person
from grader.pages.feedback.write_feedback import FORMATS, feedback_file
from grader.pages.student_page import student_page

MOST = 2 << 20  # bytes of report, student's page and feedback together
QUESTIONS = ("double", "Counter", "apply")
WIDE = "\U000e0100"  # four bytes of UTF-8, twelve of JSON, and spelled out on a page


def png(size: int) -> str:
    """A true picture of about so many bytes, in base64."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    noise = random.Random(size).randbytes(size)
    image = chunk(b"IHDR", struct.pack(">IIBBBBB", 900, 700, 8, 2, 0, 0, 0)) + chunk(b"IDAT", noise) + chunk(b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + image).decode()  # fmt: skip


def code(source: str, *outputs: Any, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": list(outputs), "source": source, **more}


def text(source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source, **more}


def stream(words: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": words}


def picture(size: int) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": {"image/png": png(size), "text/plain": "<Figure>"}}


ANSWERS = [code(f"def {name}(x):\n    return x") for name in QUESTIONS]
CELLS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "millions of outputs": lambda: [code("1", *[stream("y\n")] * 200_000), *ANSWERS],
    "outputs in every cell": lambda: [*[code("1", *[stream("&" * 2000)] * 4)] * 1990, *ANSWERS],
    "one long output": lambda: [code("1", stream("\x1b[31m<" * 1_500_000)), *ANSWERS],
    "progress bars": lambda: [code("1", stream("\r 50%|====" * 900_000)), *ANSWERS],
    "thousands of cells": lambda: [*[code("x = 1\n" * 20)] * 1990, *ANSWERS],
    "dense code": lambda: [*[code("1 if 0 else'';" * 1400)] * 60, *ANSWERS],
    "one long line": lambda: [code("x = '" + "<&>" * 600_000 + "'"), *ANSWERS],
    "empty lines": lambda: [code("x\n" + "\n" * 1_900_000 + "x"), *ANSWERS],
    "short lines": lambda: [*[code("x\n" * 20_000)] * 100, *ANSWERS],
    "wide signs": lambda: [code("# " + WIDE * 400_000), text(WIDE * 400_000), *ANSWERS],
    "control characters": lambda: [code("# " + "\x01" * 900_000), code("1", *[stream("\x01" * 2000)] * 500), *ANSWERS],
    "formulas": lambda: [*[text("$a_1^2$ " * 2000)] * 200, *ANSWERS],
    "headings": lambda: [*[text("# a\n\nb\n\n" * 2000)] * 100, *ANSWERS],
    "links": lambda: [*[text("[a](https://example.org/) " * 700)] * 400, *ANSWERS],
    "text as it was typed": lambda: [*[text("<" * 25_000)] * 200, *ANSWERS],
    "tables": lambda: [*[text("|a|\n|-|\n" + "|b|\n" * 900)] * 300, *ANSWERS],
    "many pictures": lambda: [*[code("plot()", picture(30_000))] * 200, *ANSWERS],
    "large pictures": lambda: [*[code("plot()", picture(900_000))] * 8, *ANSWERS],
    "attachments": lambda: [text("![x](attachment:x.png)", attachments={"x.png": {"image/png": png(5_000_000)}}), *ANSWERS],
    "metadata": lambda: [code("1", metadata={"x": ["y" * 100] * 90_000}), *ANSWERS],
    "answers in long cells": lambda: [code(f"def {name}(x):\n" + "    x = 1\n" * 150_000) for name in QUESTIONS],
}  # fmt: skip


def question(name: str, count: int, message: str, diagnosis: str = "") -> QuestionResult:
    tests = tuple(TestResult(f"test_{n}", Status.FAILED, 0.0, 1.0, "One sentence.", message, diagnosis) for n in range(count))
    return QuestionResult(name, 0.0, float(count), Status.FAILED, tests)


def report_of(questions: tuple[QuestionResult, ...], cells: tuple[CellResult, ...] = ()) -> Report:
    return Report("ada", "01_double", 0.0, 5.0, GradeStatus.GRADED, questions, cells)


def distinct(count: int, piece: str) -> tuple[QuestionResult, ...]:
    """Questions of twenty tests that all say something else."""
    names = [*QUESTIONS, *(f"question_{n}" for n in range(3, count))]
    return tuple(
        replace(made, tests=tuple(replace(test, message=f"{name} {n} {test.message}"[:600]) for n, test in enumerate(made.tests)))
        for name in names
        for made in [question(name, 20, piece * 600, (piece * 250)[:300])]
    )


PLAIN = tuple(question(name, 2, "double(2): got 3, expected 4") for name in QUESTIONS)
REPORTS: dict[str, Callable[[], Report]] = {
    "a thousand messages": lambda: report_of(distinct(50, "m")),
    "messages of signs": lambda: report_of(distinct(20, "&")),
    "messages of wide signs": lambda: report_of(distinct(20, WIDE)),
    "errors in every cell": lambda: report_of(PLAIN, tuple(CellResult(n, Status.FAILED, f"E{n}: " + "e" * 400) for n in range(1, 2001))),
    "wide errors in every cell": lambda: report_of(PLAIN, tuple(CellResult(n, Status.FAILED, WIDE * 480) for n in range(1, 2001))),
    "modules in every cell": lambda: report_of(PLAIN, tuple(CellResult(n, Status.FAILED, None, ("m" * 90,) * 50) for n in range(1, 2001))),
}  # fmt: skip


def written(grade: Grade, report: Report, form: str) -> tuple[dict[str, int], str]:
    """Bytes of each file that there is for a submission, and its feedback."""
    column, person = Column(report.exercise, "Double", 5.0), Person(report.student)
    standing = Standing(person, {report.exercise: grade}, 0.0, 5.0)
    feedback, whole = feedback_file(grade, report, Course(COURSE), form)
    assert whole
    page = student_page(ClassGrades((column,), (standing,)), standing)
    texts = {"report": json.dumps(report.as_dict(), indent=1), "page": page, "feedback": feedback}
    return {name: len(content.encode()) for name, content in texts.items()}, feedback


def handed_in(folder: Path, cells: list[dict[str, Any]], report: Report) -> tuple[Grade, Report]:
    path = folder / "01_double.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
    report = replace(report, submission_sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    return replace(grade_of(report), path=path), report


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", CELLS)
def test_no_notebook_leaves_more_than_two_megabytes(name: str, form: str, tmp_path: Path) -> None:
    """Of everything that can be long in a notebook a part is shown, and what is not shown is said."""
    grade, report = handed_in(tmp_path, CELLS[name](), report_of(PLAIN))
    sizes, feedback = written(grade, report, form)
    assert sum(sizes.values()) < MOST, sizes
    assert all(name in feedback for name in nonempty(QUESTIONS)) and "got 3, expected 4" in feedback
    if form == "ipynb":
        nbformat.validate(nbformat.reads(feedback, as_version=4))
    elif form == "html" and name != "metadata":  # a page has none
        assert "not shown" in feedback or "too long to be shown" in feedback


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", REPORTS)
def test_no_report_leaves_more_than_two_megabytes(name: str, form: str, tmp_path: Path) -> None:
    """Messages and errors are cut in the report itself, so that everything made from it is bounded."""
    grade, report = handed_in(tmp_path, [code("x = 1\n" * 20_000), *ANSWERS], REPORTS[name]())
    sizes, feedback = written(grade, report, form)
    assert sum(sizes.values()) < MOST, sizes
    assert report_from(json.loads(json.dumps(report.as_dict()))) == report
    assert "left out here" in feedback.lower() and "left out here" in str(report.as_dict()).lower()


def test_a_report_says_how_much_is_left_out() -> None:
    """The first messages and errors stay; the rest is counted, and a bounded report is not cut again."""
    made = report_of(distinct(50, "m"), tuple(CellResult(n, Status.FAILED, f"E{n}") for n in range(1, 101)))
    messages = [test.message for one in made.questions for test in one.tests]
    assert messages[0].startswith("double 0 mmm") and messages[-1] == LEFT_OUT
    assert [cell.error for cell in made.cells[38:43]] == ["E39", "E40", "Left out here, as for 59 cells after it: there is too much of it in this report.", None, None]
    assert all(cell.status == Status.FAILED for cell in nonempty(made.cells))
    assert replace(made, student="ben") == replace(report_of(made.questions, made.cells), student="ben")


@pytest.mark.parametrize("slug", ["01_gates", "05_activations", "10_sine_mlp"])
def test_nothing_is_left_out_of_an_ordinary_notebook(slug: str, tmp_path: Path) -> None:
    """The course's own notebooks, with outputs and a picture in every cell, are shown whole in every format."""
    cells = json.loads((ROOT / "solutions" / slug / f"{slug}.ipynb").read_text())["cells"]
    drawn = 0
    for cell in cells:
        if cell["cell_type"] == "code":
            drawn += 1
            cell["outputs"] = [stream("loss 0.1\n" * 100), *([picture(25_000)] if drawn <= 15 else [])]
    cells += ANSWERS
    grade, report = handed_in(tmp_path, cells, report_of(PLAIN, (CellResult(1, Status.FAILED, "E: x"),) * 30))
    for form in FORMATS:
        _, feedback = written(grade, report, form)
        assert "would be too large" not in feedback and "not shown here" not in feedback and "too long to be shown" not in feedback
