"""A graded notebook to hand back: the student's own cells with the results beside the answers they belong to.

One self-contained file that opens without a network and runs nothing. A Content-Security-Policy allows our
style sheet by its hash, and pictures that are in the file itself. The report is all that is told of the
hidden tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from grader.core.cells import defining_cells
from grader.core.grades import Grade
from grader.core.report import QuestionResult, Report, Status, TestResult
from grader.core.text import shown_name
from grader.pages.feedback.code import code_lines, linked, with_code
from grader.pages.feedback.markdown import markdown, parts
from grader.pages.feedback.shown_cells import ShownCell
from grader.pages.html import SEALED, render

LINES_MOST = 2_000  # of a cell
TOO_LONG = Markup("<p>The rest of this cell is too long to be shown.</p>")


@dataclass(frozen=True)
class ExerciseText:
    """What the exercise says of itself: its title, and each question's title and hints."""

    title: str
    titles: dict[str, str] = field(default_factory=dict)
    hints: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Lost:
    """Tests of one question that were not passed for one reason; they share message and diagnosis."""

    status: Status
    sentences: tuple[Markup, ...]
    points: float
    message: Markup
    diagnosis: Markup


@dataclass(frozen=True)
class QuestionBox:
    """A question as its box shows it; `cell` is where its answer is defined, 0 if nowhere."""

    anchor: str
    question: QuestionResult
    title: Markup
    cell: int
    lost: tuple[Lost, ...]
    passed: tuple[Markup, ...]
    hints: tuple[Markup, ...]


def feedback_page(
    grade: Grade,
    report: Report,
    asked: ExerciseText,
    cells: Sequence[ShownCell] | None,
    note: str = "",
) -> str:
    """The page of one notebook.

    Args:
        cells: of the file that was judged; None if that cannot be shown.
        note: why it cannot be.
    """
    shown = [(cell, _lines(cell)) for cell in cells or [] if cell.source.strip() or cell.cut]
    code = [(cell.number, cell.source) for cell in cells or [] if cell.kind == "code"]
    where = defining_cells(code, [question.name for question in report.questions])
    lines = {cell.number: len(rows) for cell, rows in shown if cell.kind == "code"}
    results = [
        _result(f"question-{place}", question, asked, where, lines)
        for place, question in enumerate(report.questions, 1)
    ]
    stopped = [(cell.index, cell.status, linked(cell.error, lines)) for cell in report.cells if cell.error]
    errors = {number: (status, error) for number, status, error in stopped}
    return render(
        "feedback.html",
        ("style.css", "feedback.css"),
        allow=f"{SEALED}; img-src data:",
        report=report,
        grade=grade,
        decided={one.question: one for one in grade.overrides if one.question},
        student=shown_name(report.student),
        title=asked.title,
        note=note,
        results=results,
        whole=sum(result.question.status == Status.PASSED for result in results),
        items=list(_items(shown, errors, results)),
        stopped=stopped,
        lines=lines,
        loose=[result for result in results if result.cell not in lines],
    )  # fmt: skip


def _items(
    shown: Sequence[tuple[ShownCell, tuple[Markup, ...]]],
    errors: dict[int, tuple[Status, Markup]],
    results: Sequence[QuestionBox],
) -> Iterator[dict[str, Any]]:
    """What stands under "Your notebook", in the order of the cells; headings are set below ours, none is
    passed over.
    """
    level = 2
    for cell, rows in shown:
        if cell.kind == "markdown":
            for part in parts(cell.source):
                if part.level:
                    level = max(3, min(part.level + 2, level + 1, 6))
                    yield {"kind": "heading", "html": Markup(f"<h{level}>{part.html}</h{level}>")}
                else:
                    yield {"kind": "given" if cell.given else "text", "html": part.html, "words": part.words}
        elif cell.kind == "code":
            mine = [result for result in results if result.cell == cell.number]
            mine.sort(
                key=lambda result: result.question.status == Status.PASSED
            )  # what is to be mended comes first
            error = errors.get(cell.number)
            folded = cell.given and not mine and error is None
            more = {"results": mine, "folded": folded, "cut": cell.cut or len(rows) == LINES_MOST}
            yield {"kind": "code", "cell": cell, "rows": rows, "error": error, **more}
            level = 3 if mine else level
        else:
            yield {"kind": "text", "html": Markup("<pre>{}</pre>").format(cell.source)}
        if cell.cut and cell.kind != "code":
            yield {"kind": "text", "html": TOO_LONG}


def _lines(cell: ShownCell) -> tuple[Markup, ...]:
    return code_lines(cell.source)[:LINES_MOST] if cell.kind == "code" else ()


def _result(
    anchor: str, question: QuestionResult, asked: ExerciseText, where: dict[str, int], lines: dict[int, int]
) -> QuestionBox:
    name = question.name
    return QuestionBox(
        anchor,
        question,
        _in_line(asked.titles.get(name, "")),
        where.get(name, 0),
        tuple(_lost([test for test in question.tests if test.status != Status.PASSED], lines)),
        tuple(_sentence(test) for test in question.tests if test.status == Status.PASSED),
        tuple(map(_in_line, asked.hints.get(name, ())))
        if question.status not in (Status.PASSED, Status.UNGRADED)
        else (),
    )


def same_reason(tests: Iterable[TestResult]) -> dict[tuple[Status, str, str], list[TestResult]]:
    """Tests by status, message and diagnosis, so that the same sentence is not said ten times."""
    alike: dict[tuple[Status, str, str], list[TestResult]] = {}
    for test in tests:
        alike.setdefault((test.status, test.message, test.diagnosis), []).append(test)
    return alike


def _lost(tests: Iterable[TestResult], lines: dict[int, int]) -> Iterator[Lost]:
    for (status, message, diagnosis), group in same_reason(tests).items():
        points = sum(test.max_points for test in group)
        yield Lost(status, tuple(map(_sentence, group)), points, linked(message, lines), with_code(diagnosis))


def _sentence(test: TestResult) -> Markup:
    return with_code(test.summary or test.name)


@lru_cache(maxsize=1024)
def _in_line(text: str) -> Markup:
    """A title or a hint, written by the course's authors in Markdown; one paragraph loses its `<p>`."""
    made = str(markdown(text)).strip()
    only = re.fullmatch(r"<p>((?:(?!</?p>).)*)</p>", made, re.DOTALL)
    return Markup(only[1]) if only else Markup(made)
