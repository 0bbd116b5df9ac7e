"""What a student sees in the terminal: the course as a table, an exercise as a list, a verdict on one screen."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from rich.text import Text

from grader.core.report import QuestionResult, Status
from grader.core.text import clean, one_line

MARKS: dict[Status | None, tuple[str, str]] = {
    Status.PASSED: ("✓", "green"),
    Status.NOT_ATTEMPTED: ("·", "yellow"),
    None: ("·", "dim"),
}
KEYS = "[h]int  [n]ext  [l]ist  [c]heck again  [r]eset  [q]uit"
HERE = "<- you are here"
BAR = 30
ROOM_FOR_TITLES = 40
Row = tuple[str, str, int, int, int, str]  # slug, title, passed, failed, untouched, note


def word(status: Status | None) -> str:
    """A status as people say it; None for a question that was never checked."""
    return status.word if status else "not checked"


def mark(status: Status | None) -> Text:
    """A status as a sign and a colour, always next to its word."""
    sign, colour = MARKS.get(status, ("✗", "red"))
    return Text(sign, colour)


def question_line(name: str, status: Status | None, more: str = "", width: int = 28) -> Text:
    """`✗ MulGate   failed`."""
    _, colour = MARKS.get(status, ("✗", "red"))
    text = (
        Text("  ")
        .append(mark(status))
        .append(f" {one_line(name):{width}} ")
        .append(f"{word(status):14}", colour)
    )
    return text.append(f" {more}".rstrip(), "dim")


def bar(passed: int, count: int) -> str:
    """`[######------] 23 of 93 questions`, the same on every console."""
    filled = BAR * passed // count if count else 0
    filled = max(filled, 1) if passed else 0
    return f"[{'#' * filled}{'-' * (BAR - filled)}] {passed} of {count} questions"


def course_lines(rows: Sequence[Row], at: str, width: int) -> list[Text]:
    """The exercises with their counts, a line each, cut at the width; `at` is marked as the next."""
    most = max([cell_len(one_line(slug)) for slug, *_ in rows], default=0)
    lines = [Text(f"{'':7}{'exercise':{most}}  {Status.PASSED.word:>8}  to mend  to do", "bold")]
    for slug, title, passed, failed, untouched, note in rows:
        count = passed + failed + untouched
        done = passed == count
        line = Text("next > " if slug == at else " " * 7, "bold cyan")
        line.append(_padded(one_line(slug), most), "not bold green" if done else "not bold default")
        line.append(f"  {f'{passed} of {count}':>8}", "not bold green" if done else "not bold default")
        line.append(f"  {failed or '-':>7}", "not bold red" if failed else "not bold default")
        line.append(f"  {untouched or '-':>5}  ", "not bold default")
        line.append(f"{'done' if done else note:13}  ", "not bold green" if done else "not bold yellow")
        if width >= cell_len(line.plain) + ROOM_FOR_TITLES:
            line.append(one_line(title), "not bold dim")
        line.truncate(width, overflow="ellipsis")
        lines.append(line)
    return lines


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def first_failure(
    questions: Sequence[QuestionResult], preferred: str | None = None
) -> tuple[str, list[str], str] | None:
    """(question, lines of the first failing test, what it looks like): of the preferred question, else of the
    first.
    """
    for question in sorted(questions, key=lambda each: each.name != preferred):
        for test in question.tests:
            if test.status.unsuccessful:
                lines = [
                    line for line in clean(f"{test.summary}\n{test.message}").splitlines() if line.strip()
                ]
                return question.name, lines, one_line(test.diagnosis) if test.diagnosis else ""
    return None


def verdict_lines(statuses: Mapping[str, Status | None], focus: str | None, room: int) -> list[Text]:
    """One line a question; if there is no room for that, those alike share a line, the one in focus apart."""
    width = max([len(one_line(name)) for name in statuses], default=0) + 1
    if len(statuses) <= room:
        return [
            question_line(name, each, HERE if name == focus else "", width) for name, each in statuses.items()
        ]
    groups: dict[Status | None, list[str]] = {}
    for name, status in statuses.items():
        if name != focus:
            groups.setdefault(status, []).append(one_line(name))
    lines = [question_line(focus, statuses[focus], HERE, width)] if focus and focus in statuses else []
    for status, names in sorted(groups.items(), key=lambda pair: pair[0] in MARKS):
        _, colour = MARKS.get(status, ("✗", "red"))
        lines.append(
            Text("  ").append(mark(status)).append(f" {word(status)}: ", colour).append(", ".join(names))
        )
    return lines


def wrapped(lines: Sequence[str], width: int, most: int, indent: str = "  ") -> list[str]:
    """Lines folded to the width; at most so many, the rest as an ellipsis."""
    folded: list[str] = []
    for line in lines:
        folded += textwrap.wrap(line, max(20, width), initial_indent=indent, subsequent_indent=indent) or [""]
    return (
        folded
        if len(folded) <= most
        else [*folded[: max(0, most - 1)], f"{indent}… (`grader check` shows all of it)"]
    )
