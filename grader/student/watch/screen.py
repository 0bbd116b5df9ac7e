"""The screen of `grader watch`, as lines from plain values; nothing here reads, waits or remembers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from grader.core.safe_text import clean, one_line
from grader.student.progress import ExerciseProgress
from grader.student.terminal_lines import bar, first_failure, verdict_lines, wrapped
from grader.student.watch.checker import Verdict

KEYS = "[h]int  [n]ext  [l]ist  [c]heck again  [r]eset  [q]uit"
ALL_PASSED = "Everything passes. The visible tests are examples: the grade comes from others."
ROOM_FOR_BOTH = 8  # for a cell that stopped and a test that failed


@dataclass(frozen=True)
class Size:
    """Columns and rows that can be filled."""

    columns: int
    rows: int


def watch_screen(
    stand: Sequence[ExerciseProgress],
    slug: str,
    focus: tuple[str, str] | None,
    verdict: Verdict | None,
    state: str,
    note: str,
    size: Size,
) -> list[Text]:
    """What is shown after a check: questions, the first failure, a note, the bar, what is next, the keys."""
    mine = next(each for each in stand if each.exercise.slug == slug)
    title = Text(one_line(slug), "bold").append(f"  {one_line(mine.exercise.title)}", "dim")
    head, foot, width = (
        [title, Text(clean(state), "dim"), Text("")],
        _foot(stand, slug, focus),
        size.columns - 2,
    )
    notes = _lines(clean(note).splitlines(), "cyan", width, 7) + [Text("")] if note else []
    room = size.rows - sum(height(part, size) for part in (head, foot, notes)) - 1
    here = focus[1] if focus and focus[0] == slug else None
    listed_at_least = min(len(mine.questions), 1 + len(set(mine.questions.values())))
    failure = _failure(verdict, here, width, room - listed_at_least)
    listed = verdict_lines(mine.questions, here, room - height(failure, size))
    for line in listed:
        line.truncate(size.columns, overflow="ellipsis")
    return [*head, *listed, Text(""), *failure, *notes, *foot]


def _failure(verdict: Verdict | None, here: str | None, width: int, most: int) -> list[Text]:
    """Why there is no verdict, or the cell that stopped and the first failed test, in at most `most` rows."""
    if verdict is None:
        return []
    if verdict.problem:
        return [*_lines([f"No verdict: {clean(verdict.problem)}"], "red", width, max(2, most - 1)), Text("")]
    lines: list[Text] = []
    failed = first_failure(verdict.questions, here)
    if verdict.errors and (failed is None or most >= ROOM_FOR_BOTH):
        number, error = verdict.errors[0]
        lines += _lines([f"cell {number} {one_line(error)}"], "red", width, 2)
    if failed:
        name, message, diagnosis = failed
        looks = _lines([f"This looks like: {diagnosis}"], "cyan", width, 2, "    ") if diagnosis else []
        lines.append(Text(f"  {one_line(name)}", "bold"))
        lines += _lines(message, "", width, max(2, most - len(lines) - len(looks) - 1), "    ") + looks
    lines = lines[: max(0, most - 1)]
    return [*lines, Text("")] if lines else []


def _foot(stand: Sequence[ExerciseProgress], slug: str, focus: tuple[str, str] | None) -> list[Text]:
    if focus is None:
        upcoming = Text(ALL_PASSED, "green")
    elif focus[0] == slug:
        upcoming = Text("Next: ").append(one_line(focus[1]), "bold")
        upcoming.append("; answer it in the notebook, then save")
    else:
        path = f"exercises/{one_line(focus[0])}/{one_line(focus[0])}.ipynb"
        upcoming = Text(f"All of {one_line(slug)} passes. ", "green").append("Next: ", "default")
        upcoming.append(path, "bold default")
    return [Text(bar(stand)), upcoming, Text(KEYS, "reverse")]


def _lines(lines: Sequence[str], style: str, width: int, most: int, indent: str = "  ") -> list[Text]:
    return [Text(line, style) for line in wrapped(lines, width, most, indent)]


def height(lines: Sequence[Text], size: Size) -> int:
    """Rows that the lines take, folded at the screen's edge."""
    return sum(max(1, math.ceil(cell_len(line.plain) / max(1, size.columns))) for line in lines)
