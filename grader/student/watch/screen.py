"""The screen of `grader watch`, as lines from plain values; nothing here reads, waits or remembers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from grader.core.text import clean, one_line
from grader.student.lines import KEYS, bar, first_failure, verdict_lines, wrapped
from grader.student.progress import ExerciseProgress
from grader.student.watch.checker import Verdict

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
    head = [title, Text(clean(state), "dim"), Text("")]
    foot = _foot(stand, slug, focus)
    note_lines = (
        [Text(line, "cyan") for line in wrapped(clean(note).splitlines(), size.columns - 2, 7)]
        if note
        else []
    )
    note_lines += [Text("")] if note_lines else []
    room = size.rows - sum(height(part, size) for part in (head, foot, note_lines)) - 1
    here = focus[1] if focus and focus[0] == slug else None
    what = _failure(
        verdict,
        here,
        size.columns - 2,
        room - min(len(mine.questions), 1 + len(set(mine.questions.values()))),
    )
    listed = verdict_lines(mine.questions, here, room - height(what, size))
    for line in listed:
        line.truncate(size.columns, overflow="ellipsis")
    return [*head, *listed, Text(""), *what, *note_lines, *foot]


def _failure(verdict: Verdict | None, here: str | None, width: int, most: int) -> list[Text]:
    """Why there is no verdict, or what stopped and the first failing test, in at most so many rows."""
    if verdict is None:
        return []
    if verdict.problem:
        why = wrapped([f"No verdict: {clean(verdict.problem)}"], width, max(2, most - 1))
        return [*(Text(line, "red") for line in why), Text("")]
    lines: list[Text] = []
    found = first_failure(verdict.questions, here)
    if verdict.errors and (found is None or most >= ROOM_FOR_BOTH):
        number, error = verdict.errors[0]
        stopped = wrapped([f"cell {number} stopped with {one_line(error)}"], width, 2)
        lines += [Text(line, "red") for line in stopped]
    if found:
        name, message, diagnosis = found
        looks = wrapped([f"This looks like: {diagnosis}"], width, 2, "    ") if diagnosis else []
        lines.append(Text(f"  {one_line(name)}", "bold"))
        lines += [
            Text(line) for line in wrapped(message, width, max(2, most - len(lines) - len(looks) - 1), "    ")
        ]
        lines += [Text(line, "cyan") for line in looks]
    lines = lines[: max(0, most - 1)]
    return [*lines, Text("")] if lines else []


def _foot(stand: Sequence[ExerciseProgress], slug: str, focus: tuple[str, str] | None) -> list[Text]:
    passed, count = sum(each.passed for each in stand), sum(len(each.questions) for each in stand)
    if focus is None:
        what = Text(
            "Everything passes. The visible tests are examples: the grade comes from others.", "green"
        )
    elif focus[0] == slug:
        what = (
            Text("Next: ").append(one_line(focus[1]), "bold").append("; answer it in the notebook, then save")
        )
    else:
        where = f"exercises/{one_line(focus[0])}/{one_line(focus[0])}.ipynb"
        what = (
            Text(f"All of {one_line(slug)} passes. ", "green")
            .append("Next: ", "default")
            .append(where, "bold default")
        )
    return [Text(bar(passed, count)), what, Text(KEYS, "reverse")]


def height(lines: Sequence[Text], size: Size) -> int:
    """Rows that the lines take, folded at the screen's edge."""
    return sum(max(1, math.ceil(cell_len(line.plain) / max(1, size.columns))) for line in lines)
