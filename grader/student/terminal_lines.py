"""What a student sees in a terminal: the course as a table, an exercise as a list, a verdict on a screen."""

import textwrap
from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from rich.text import Text

from grader.core.report import QuestionResult, Status
from grader.core.safe_text import clean, one_line
from grader.student.progress import ExerciseProgress

MARKS: dict[Status | None, tuple[str, str]] = {
    Status.PASSED: ("✓", "green"),
    Status.NOT_ATTEMPTED: ("·", "yellow"),
    Status.NOT_RUN: (Status.NOT_RUN.sign, "yellow"),
    None: ("·", "dim"),
}
HERE = "<- you are here"
BAR = 30
ROOM_FOR_TITLES = 40


def word(status: Status | None) -> str:
    """A status as people say it; None for a question that was never checked."""
    return status.word if status else "not checked"


def mark(status: Status | None) -> Text:
    """A status as a sign and a colour, always next to its word."""
    return Text(*MARKS.get(status, ("✗", "red")))


def question_line(name: str, status: Status | None, more: str = "", width: int = 28) -> Text:
    """`✗ MulGate   failed`."""
    sign = mark(status)
    line = Text("  ").append(sign).append(f" {one_line(name):{width}} ")
    return line.append(f"{word(status):14}", sign.style).append(f" {more}".rstrip(), "dim")


def bar(stand: Sequence[ExerciseProgress]) -> str:
    """`[######------] 23 of 93 questions`, the same on every console."""
    passed, count = sum(each.passed for each in stand), sum(len(each.questions) for each in stand)
    filled = max(BAR * passed // count, 1) if passed else 0
    return f"[{'#' * filled}{'-' * (BAR - filled)}] {passed} of {count} questions"


def course_lines(stand: Sequence[ExerciseProgress], at: str, width: int) -> list[Text]:
    """One line per exercise with its counts, cut at the width; `at` is marked as the next."""
    most = max([cell_len(one_line(each.exercise.slug)) for each in stand], default=0)
    lines = [Text(f"{'':7}{'exercise':{most}}  {Status.PASSED.word:>8}   to fix  to do", "bold")]
    for each in stand:
        slug, count = one_line(each.exercise.slug), len(each.questions)
        done = "not bold green" if each.passed == count else ""
        note = "done" if done else "changed since" if each.changed else "" if each.checked else "not checked"
        line = Text("next > " if each.exercise.slug == at else " " * 7, "bold cyan")
        line.append(slug + " " * (most - cell_len(slug)), done or "not bold default")
        line.append(f"  {f'{each.passed} of {count}':>8}", done or "not bold default")
        line.append(f"  {each.failed or '-':>7}", "not bold red" if each.failed else "not bold default")
        line.append(f"  {each.untouched or '-':>5}  ", "not bold default")
        line.append(f"{note:13}  ", done or "not bold yellow")
        if width >= cell_len(line.plain) + ROOM_FOR_TITLES:
            line.append(one_line(each.exercise.title), "not bold dim")
        line.truncate(width, overflow="ellipsis")
        lines.append(line)
    return lines


def first_failure(
    questions: Sequence[QuestionResult], preferred: str | None = None
) -> tuple[str, list[str], str] | None:
    """(question, lines of its first failing test, diagnosis), if possible of the preferred question."""
    for question in sorted(questions, key=lambda each: each.name != preferred):
        for test in question.tests:
            if test.status.unsuccessful:
                lines = clean(f"{test.summary}\n{test.message}").splitlines()
                diagnosis = one_line(test.diagnosis) if test.diagnosis else ""
                return question.name, [line for line in lines if line.strip()], diagnosis
    return None


def verdict_lines(statuses: Mapping[str, Status | None], focus: str | None, room: int) -> list[Text]:
    """One line per question; if there is no room for that, one per status and one for the focus."""
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
        sign = mark(status)
        lines.append(
            Text("  ").append(sign).append(f" {word(status)}: ", sign.style).append(", ".join(names))
        )
    return lines


def wrapped(lines: Sequence[str], width: int, most: int, indent: str = "  ") -> list[str]:
    """Lines folded to the width, at most `most` of them; the rest becomes an ellipsis."""
    folded: list[str] = []
    for line in lines:
        folded += textwrap.wrap(line, max(20, width), initial_indent=indent, subsequent_indent=indent) or [""]
    if len(folded) <= most:
        return folded
    return [*folded[: max(0, most - 1)], f"{indent}… (`grader check` shows all of it)"]
