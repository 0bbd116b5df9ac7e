"""A graded notebook to hand back: the student's cells with the results next to the answers.

One self-contained file that opens without a network and runs nothing. A Content-Security-Policy allows our
style sheet by its hash, and pictures that are in the file itself. Of the hidden tests it tells only what the
report does.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from markupsafe import Markup, escape

from grader.core.cells import defining_cells
from grader.core.grades import Grade
from grader.core.report import CellResult, QuestionResult, Report, Status, TestResult
from grader.core.room import CELLS, Room
from grader.core.safe_text import clean, shown_name, utf8
from grader.pages.feedback.code import code_lines, linked, plain_lines, with_code
from grader.pages.feedback.markdown import markdown, parts
from grader.pages.feedback.shown_cells import Output, ShownCell
from grader.pages.html import SEALED, render
from grader.pages.missing_modules import missing_in
from grader.pages.not_run import FirstCause, first_causes, is_said, place_of

LINES_MOST = 2_000  # of a cell
TOO_LONG = Markup("<p>The rest of this cell is too long to be shown.</p>")
HIDDEN = Markup("<p>{} of the cells, or parts of them, are not shown: this page would be too large.</p>")
NO_OUTPUTS = (Output("… the outputs are not shown: this page would be too large"),)
AROUND_LINE, AROUND_ITEM = 70, 400  # bytes of HTML


@dataclass(frozen=True)
class ExerciseText:
    """What the exercise says about itself: its title, and each question's title and hints."""

    title: str
    titles: dict[str, str] = field(default_factory=dict)
    hints: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Lost:
    """Tests of one question that were not passed for the same reason."""

    status: Status
    sentences: tuple[Markup, ...]
    points: float
    message: Markup
    diagnosis: Markup
    origin: Markup


@dataclass(frozen=True)
class QuestionBox:
    """A question as its box shows it; `cell` is the number of the cell that answers it, 0 if none does."""

    anchor: str
    question: QuestionResult
    title: Markup
    cell: int
    lost: tuple[Lost, ...]
    passed: tuple[Markup, ...]
    hints: tuple[Markup, ...]


@dataclass(frozen=True)
class PageItem:
    """A heading, a text, a text of the exercise ("given"), or a code cell with the boxes that follow it."""

    kind: str
    html: Markup = Markup()
    words: str = ""
    cell: ShownCell | None = None
    rows: tuple[Markup, ...] = ()
    error: Markup = Markup()
    boxes: tuple[QuestionBox, ...] = ()
    folded: bool = False
    cut: bool = False


def feedback_page(
    grade: Grade, report: Report, text: ExerciseText, cells: Sequence[ShownCell] | None, why: str = ""
) -> str:
    """The page of one notebook.

    Args:
        cells: of the file that was judged; None if that cannot be shown.
        why: why it cannot be.
    """
    shown = [cell for cell in cells or [] if cell.source.strip() or cell.cut]
    rows = {cell.number: code_lines(cell.source)[:LINES_MOST] for cell in shown if cell.kind == "code"}
    lines = {number: len(several) for number, several in rows.items()}
    code = [(cell.number, cell.source) for cell in cells or [] if cell.kind == "code"]
    where = defining_cells(code, [question.name for question in report.questions])
    boxes = [
        _box(f"question-{number}", question, text, where.get(question.name, 0), lines)
        for number, question in enumerate(report.questions, 1)
    ]
    causes = first_causes(report.questions)
    errors = {cell.index: _error(cell, causes, lines) for cell in report.cells if cell.error}
    said = {cell.index for cell in report.cells if is_said(cell.index, cell.error or "", causes)}
    return render(
        "feedback.html",
        ("style.css", "feedback.css"),
        allow=f"{SEALED}; img-src data:",
        report=report,
        grade=grade,
        student=shown_name(report.student),
        title=text.title,
        why=why,
        boxes=boxes,
        whole=sum(box.question.status == Status.PASSED for box in boxes),
        items=_with_room(_items(shown, rows, errors, boxes)),
        errors={number: words for number, words in errors.items() if number not in said},
        causes=[(linked(cause.words, lines, True), with_code(cause.cost)) for cause in causes],
        missing={number: with_code(words) for number, words in missing_in(report).items()},
        lines=lines,
        loose=[box for box in boxes if box.cell not in lines],
    )  # fmt: skip


def _with_room(items: Iterable[PageItem]) -> list[PageItem]:
    """As much as a page has room for, what is shown in full first: then without outputs, colours, and lines.

    Boxes are always shown; the page says how many cells are not.
    """
    room, kept, hidden = Room(CELLS), list[PageItem](), 0
    for item in items:
        smaller = (size for size in _sizes(item) if room.takes(_bytes(size)))
        cell = item.cell and replace(item.cell, outputs=())
        fitting = next(smaller, replace(item, html=Markup(), cell=cell, rows=(), cut=True))
        if fitting.boxes or fitting.rows or fitting.html:
            kept.append(fitting)
        hidden += not (fitting.rows or fitting.html)
    return [*kept, PageItem("text", HIDDEN.format(hidden))] if hidden else kept


def _sizes(item: PageItem) -> Iterator[PageItem]:
    """The item, and ever smaller ones that still show its cell."""
    yield item
    if (cell := item.cell) is not None:
        item = replace(item, cell=replace(cell, outputs=NO_OUTPUTS if cell.outputs else ()))
        yield item
        yield replace(item, rows=plain_lines(cell.source)[: len(item.rows)])


def _bytes(item: PageItem) -> int:
    """About how many bytes of HTML there will be of it; pictures have room of their own."""
    outputs = [escape(clean(output.text)) for output in item.cell.outputs] if item.cell else []
    texts = (item.html, item.words, item.error, *item.rows, *outputs)
    return sum(len(utf8(text)) for text in texts) + AROUND_LINE * len(item.rows) + AROUND_ITEM


def same_reason(tests: Iterable[TestResult]) -> dict[tuple[Status, str, str, str], list[TestResult]]:
    """Tests by status, message, diagnosis and origin, so that the same sentence is not said ten times."""
    alike: dict[tuple[Status, str, str, str], list[TestResult]] = {}
    for test in tests:
        alike.setdefault((test.status, test.message, test.diagnosis, test.origin), []).append(test)
    return alike


def _error(cell: CellResult, causes: Iterable[FirstCause], lines: Mapping[int, int]) -> Markup:
    """What went wrong in a cell, with what it comes from and what it costs."""
    text = linked(cell.error or "", lines)
    if cell.origin:
        text += Markup("; the first cause is in {}").format(linked(place_of(cell.origin), lines))
    own = [cause for cause in causes if is_said(cell.index, cell.error or "", [cause])]
    return text + Markup("").join(Markup("; {}").format(with_code(cause.cost)) for cause in own)


def _items(
    shown: Iterable[ShownCell],
    rows: Mapping[int, tuple[Markup, ...]],
    errors: Mapping[int, Markup],
    boxes: Sequence[QuestionBox],
) -> Iterator[PageItem]:
    """What stands under "Your notebook", cell by cell; headings are set below ours, without gaps."""
    level = 2
    for cell in shown:
        if cell.kind == "markdown":
            for part in parts(cell.source):
                if part.level:
                    level = max(3, min(part.level + 2, level + 1, 6))
                    yield PageItem("heading", Markup("<h{0}>{1}</h{0}>").format(level, part.html))
                else:
                    yield PageItem("given" if cell.given else "text", part.html, part.words)
        elif cell.kind == "code":
            own = [box for box in boxes if box.cell == cell.number]
            own.sort(key=lambda box: box.question.status == Status.PASSED)  # what is wrong comes first
            lines, error = rows[cell.number], errors.get(cell.number, Markup())
            folded, cut = cell.given and not own and not error, cell.cut or len(lines) == LINES_MOST
            yield PageItem(
                "code", cell=cell, rows=lines, error=error, boxes=tuple(own), folded=folded, cut=cut
            )
            level = 3 if own else level
        else:
            yield PageItem("text", Markup("<pre>{}</pre>").format(cell.source))
        if cell.cut and cell.kind != "code":
            yield PageItem("text", TOO_LONG)


def _box(
    anchor: str, question: QuestionResult, text: ExerciseText, cell: int, lines: Mapping[int, int]
) -> QuestionBox:
    passed = [test for test in question.tests if test.status == Status.PASSED]
    lost = [test for test in question.tests if test.status != Status.PASSED]
    hints = (
        text.hints.get(question.name, ()) if question.status not in (Status.PASSED, Status.UNGRADED) else ()
    )
    return QuestionBox(
        anchor,
        question,
        _in_line(text.titles.get(question.name, "")),
        cell,
        tuple(_lost(*reason, tests, lines) for reason, tests in same_reason(lost).items()),
        _sentences(passed),
        tuple(map(_in_line, hints)),
    )  # fmt: skip


def _lost(
    status: Status,
    message: str,
    diagnosis: str,
    origin: str,
    tests: Sequence[TestResult],
    lines: Mapping[int, int],
) -> Lost:
    points, place = sum(test.max_points for test in tests), linked(place_of(origin), lines, True)
    return Lost(status, _sentences(tests), points, linked(message, lines), with_code(diagnosis), place)


def _sentences(tests: Iterable[TestResult]) -> tuple[Markup, ...]:
    return tuple(with_code(test.summary or test.name) for test in tests)


@lru_cache(maxsize=1024)
def _in_line(text: str) -> Markup:
    """A title or a hint, written by the course's authors in Markdown; a single paragraph loses its `<p>`."""
    made = markdown(text).strip()
    only = re.fullmatch(r"<p>((?:(?!</?p>).)*)</p>", made, re.DOTALL)
    return Markup(only[1]) if only else made
