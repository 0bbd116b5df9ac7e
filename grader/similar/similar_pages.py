"""The comparison of a class as HTML: an overview with the groups, and each pair side by side.

As on all our pages, what students wrote is escaped and cleaned, and a Content-Security-Policy allows only our
style sheet.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from markupsafe import escape

from grader.core.files import locked
from grader.core.room import CODE, Room
from grader.core.safe_text import clean, shown_name, utf8
from grader.pages.html import render
from grader.pages.unchanged_pages import WrittenFiles, fingerprint
from grader.similar.passages import Span, passages
from grader.similar.records import Pair, Similarities
from grader.similar.similarity import CLASS, EVIDENCE, QUARTER, THRESHOLD, tokens_of

TEMPLATES = Path(__file__).with_name("templates")
STYLES = ("style.css", "similar.css")
FOLDER = "similar"
PAIRS_SHOWN = 20  # of a group, each with its page
PAGES_MOST = 400
GROUPS_SHOWN = 100  # of an exercise
STUDENTS_SHOWN = 60  # of a group
LINES_MOST = 600  # of a notebook
LINE_MOST = 400  # characters
AROUND_LINE = 100  # bytes of HTML
COLOURS = 6

PairKey = tuple[str, tuple[str, str]]  # slug and students


class ShownLine(NamedTuple):
    """A line of code: the number of the passage that it belongs to, or 0, and those that begin in it."""

    line: int
    text: str
    passage: int
    begins: tuple[int, ...]


class Side(NamedTuple):
    """One of the two notebooks: its own cells as lines; `given` cells and `cut` lines are only counted."""

    name: str
    side: str
    other: str
    cells: list[tuple[int, list[ShownLine]]]
    given: int
    cut: int

    @property
    def shown(self) -> set[int]:
        """The passages that begin in a line that is shown."""
        return {passage for _, lines in self.cells for line in lines for passage in line.begins}


def similarity_pages(
    results: Sequence[Similarities],
    titles: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Relative path → HTML of `similar/index.html` and of a page for each of the best pairs of every group.

    Args:
        results: one for each exercise, in the order of the course.
        titles: slug → title; a slug without one is shown as it is.
        names: student → the name to show; a student without one is shown by their key.
    """
    titles, names = titles or {}, names or {}
    shown = {
        student: shown_name(names.get(student) or student) for result in results for student in result.works
    }
    files = _files(results)
    pages = {
        f"{FOLDER}/{files[result.slug, pair.students]}": _pair_page(
            pair, result, [shown[student] for student in pair.students], titles.get(result.slug, result.slug)
        )
        for result in results
        for group in result.groups
        for pair in group.pairs
        if (result.slug, pair.students) in files
    }
    index = render(
        "similar.html", STYLES, folder=TEMPLATES, results=results, titles=titles, shown=shown, files=files,
        often=Counter(pair.students for result in results for group in result.groups for pair in group.pairs),
        pairs_shown=PAIRS_SHOWN, groups_shown=GROUPS_SHOWN, students_shown=STUDENTS_SHOWN,
        threshold=THRESHOLD, least=tokens_of(EVIDENCE),
        quarter=QUARTER, smallest_class=CLASS,
    )  # fmt: skip
    return {f"{FOLDER}/index.html": index, **pages}


def write_pages(folder: Path, pages: Mapping[str, str]) -> None:
    """Write these pages below `folder`, and remove those of earlier runs.

    Raises:
        GraderError: another process is writing there, or it cannot be written to.
    """
    with locked(folder), WrittenFiles(folder, ".made/similar.json") as written:
        written.sweep(pages)
        for name, page in pages.items():
            written.write(name, page, fingerprint(page))


def _files(results: Sequence[Similarities]) -> dict[PairKey, str]:
    """The file of every pair that has one: the best of each group first, so that every group gets some."""
    ranked = [
        (rank, number, result.slug, pair)
        for number, result in enumerate(results)
        for group in result.groups[:GROUPS_SHOWN]
        for rank, pair in enumerate(group.pairs[:PAIRS_SHOWN])
    ]
    ranked.sort(key=lambda entry: entry[:2])
    return {(slug, pair.students): _file(slug, pair) for _, _, slug, pair in ranked[:PAGES_MOST]}


def _file(slug: str, pair: Pair) -> str:
    safe = re.sub(r"[^a-z0-9_]+", "-", slug.lower()).strip("-")[:40] or "exercise"
    both = "\0".join((slug, *pair.students)).encode("utf-8", "surrogatepass")
    return f"{safe}-{hashlib.sha256(both).hexdigest()[:12]}.html"


def _pair_page(pair: Pair, result: Similarities, names: Sequence[str], title: str) -> str:
    alike = passages(pair, result)
    first = [(passage.number, passage.first) for passage in alike]
    second = [(passage.number, passage.second) for passage in alike]
    sides = (
        Side(names[0], "left", "right", *_own_code(result, pair.first, first)),
        Side(names[1], "right", "left", *_own_code(result, pair.second, second)),
    )
    return render(
        "pair.html", STYLES, folder=TEMPLATES, title=title, pair=pair, names=names, sides=sides,
        passages=alike, linked=sides[0].shown & sides[1].shown, colours=COLOURS,
    )  # fmt: skip


def _own_code(
    result: Similarities, student: str, marked: Sequence[tuple[int, Span]]
) -> tuple[list[tuple[int, list[ShownLine]]], int, int]:
    """A notebook's own cells, the number of given cells, and of lines that are too many."""
    work = result.works[student]
    own = result.given.own_cells(work)
    cells = []
    left, room, missing = LINES_MOST, Room(CODE), 0
    for number, source in own:
        here = [(passage, span) for passage, span in marked if span.cell == number]
        every = [_short(line) for line in source.splitlines()]
        fit = list(takewhile(lambda line: room.takes(_bytes(line)), every[:left]))
        lines = _shown_lines(fit, here)
        left, missing = left - len(fit), missing + len(every) - len(fit)
        if lines:
            cells.append((number, lines))
    given = sum(1 for _, source in work.cells if source.strip()) - len(own)
    return cells, given, missing


def _bytes(line: str) -> int:
    return len(utf8(escape(clean(line)))) + AROUND_LINE


def _short(line: str) -> str:
    return line if len(line) <= LINE_MOST else line[:LINE_MOST] + "…"


def _shown_lines(lines: Sequence[str], spans: Sequence[tuple[int, Span]]) -> list[ShownLine]:
    shown = []
    for number, text in enumerate(lines, 1):
        begins = tuple(passage for passage, span in spans if span.start == number)
        inside = [passage for passage, span in spans if span.start <= number <= span.end]
        shown.append(ShownLine(number, text, (*begins, *inside, 0)[0], begins))
    filled = [index for index, line in enumerate(shown) if line.text.strip()]
    return shown[filled[0] : filled[-1] + 1] if filled else []
