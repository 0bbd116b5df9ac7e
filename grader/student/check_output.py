"""What a check or a hint shows below a notebook's cell: plain text, and HTML for light and dark pages alike.

JupyterLab, VS Code and Colab show it in pages of their own, so there is no style sheet and no script: every
style is inline, text keeps the colour of the page, and backgrounds are shades that let it through. All text
is escaped, and classes keep MathJax away from it.
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from grader.core.report import QuestionResult, Status, TestResult
from grader.core.safe_text import clean, one_line

TESTS_SHOWN = 3
NAME_MOST, TITLE_MOST, MESSAGE_MOST = 80, 120, 1_200
# Tone → colour: white on it, and it on white or on black, can be read.
TONES = {
    "good": "#1f7f3f",
    "mid": "#7a5c00",
    "bad": "#c4314b",
    "low": "#a35a00",
    "none": "#6b7280",
    "open": "#7550c8",
    "hint": "#2b6cb0",
}
CODE = (
    "font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.95em;"
    "background:none;color:inherit;padding:0"
)
BOX = (
    "background:rgba(127,127,127,.08);color:inherit;padding:.5em .9em;margin:.2em 0;max-width:60em;"
    "line-height:1.5;overflow-wrap:anywhere;overflow-x:auto"
)
DIAGNOSIS = (
    "background:rgba(217,150,0,.16);border-radius:3px;padding:.2em .5em;margin-top:.3em;display:inline-block"
)
FAINT = "opacity:.75"
Part = tuple[str, str]  # of what is shown, as lines of text and as HTML


@dataclass(frozen=True)
class CheckOutput:
    """The same thing in two forms."""

    text: str
    html: str


def question_shown(question: QuestionResult, pictures: Mapping[str, str], step: str = "") -> CheckOutput:
    """One question: its mark, what failed, the mistake it looks like, a picture, the next step.

    Args:
        pictures: test → SVG of ours.
        step: a call that the student may type next, and why; "" for none.
    """
    status, tests, name = question.status, question.tests, one_line(question.name, NAME_MOST)
    count = ""
    if len(tests) > 1 and status != Status.NOT_ATTEMPTED:
        count = f"{sum(test.status == Status.PASSED for test in tests)} of {len(tests)} visible tests"
    head = f"{status.sign} {name}: {status.word}" + (f" ({count} passed)" if count else "")
    parts = [(head, f'{_badge(status)} <b>{_code(name)}</b> <span style="{FAINT}">{count}</span>')]
    failed = [test for test in tests if test.status.unsuccessful and test.status != Status.NOT_RUN]
    parts += [_test(test, pictures.get(test.name, "")) for test in failed[:TESTS_SHOWN]]
    if len(failed) > TESTS_SHOWN:
        parts.append(_line(f"and {len(failed) - TESTS_SHOWN} more", FAINT))
    open_tests = [test for test in tests if test.status in (Status.NOT_RUN, Status.NOT_ATTEMPTED)]
    for reason in dict.fromkeys(clean(test.explanation) for test in open_tests):
        if reason.rstrip(".") not in ("", "not attempted yet"):
            parts += [_line(line) for line in reason.splitlines()]
    return _box(status.tone, parts, step)


def questions_shown(title: str, questions: Sequence[QuestionResult], step: str = "") -> CheckOutput:
    """A line for each question, and how many pass."""
    done = sum(question.status == Status.PASSED for question in questions)
    parts = [_title(title)]
    for question in questions:
        status, name = question.status, one_line(question.name, NAME_MOST)
        line = f'<div style="margin:.2em 0">{_badge(status)} {_code(name)}</div>'
        parts.append((f"  {status.sign} {name}: {status.word}", line))
    parts.append(_line(f"{done} of {len(questions)} questions pass the visible tests", "margin-top:.3em"))
    return _box("good" if done == len(questions) else "none", parts, step)


def hint_shown(question: str, text: str, number: int, count: int, note: str) -> CheckOutput:
    """A hint, which one it is, and what comes after it."""
    title, name = f"hint {number} of {count}", one_line(question, NAME_MOST)
    badge = f"{_coloured(f'› {title}', 'hint')} <b>{_code(name)}</b>"
    hint = f'{badge}<div style="margin:.3em 0">{_prose(clean(text))}</div>'
    return _box("hint", [(f"{title} for {name}: {clean(text)}", hint), _line(note, FAINT)])


def hints_shown(title: str, seen: Mapping[str, tuple[int, int]]) -> CheckOutput:
    """Question → (hints seen, hints in all), a line each."""
    parts = [_title(title)]
    for question, (some, count) in seen.items():
        name, words = one_line(question, NAME_MOST), f"{some} of {count} hints seen"
        parts.append((f"  {name}: {words}", f"<div>{_code(name)}: {words}</div>"))
    return _box("hint", parts)


def sentence_shown(text: str) -> CheckOutput:
    """What kept a check or a hint from being given, in a sentence."""
    text = clean(text)
    return _box("low", [(f"! {text}", f"{_coloured('! nothing done', 'low')} <span>{_prose(text)}</span>")])


def _test(test: TestResult, picture: str) -> Part:
    message = clean(
        test.message if len(test.message) <= MESSAGE_MOST else test.message[: MESSAGE_MOST - 1] + "…"
    )
    lines = [f"  {line}" for line in f"{clean(test.summary)}\n{message}".splitlines() if line.strip()]
    if picture:  # it has the numbers
        message = message.partition("\nthe whole answer:")[0]
    parts = [f'<div style="opacity:.85">{_prose(clean(test.summary))}</div>', *_message(message)]
    if test.diagnosis:
        diagnosis = one_line(test.diagnosis)
        lines.append(f"  This looks like: {diagnosis}")
        parts.append(f'<div style="{DIAGNOSIS}"><b>This looks like:</b> {_prose(diagnosis)}</div>')
    return "\n".join(lines), f'<div style="margin-top:.45em">{"".join(parts)}{picture}</div>'


def _message(text: str) -> list[str]:
    """A block for each line; neighbouring lines that are indented are a table, and stay aligned."""
    parts = []
    for table, lines in groupby(text.splitlines(), lambda line: line.startswith("  ")):
        if table:
            rows = html.escape("\n".join(lines))
            style = "white-space:pre;overflow-x:auto;line-height:1.35;margin:.2em 0"
            parts.append(f'<div style="{CODE};{style}">{rows}</div>')
        else:
            parts += [f"<div>{_prose(line)}</div>" for line in lines]
    return parts


def _title(title: str) -> Part:
    title = one_line(title, TITLE_MOST)
    return title, f'<div style="font-weight:600">{_prose(title)}</div>'


def _line(text: str, style: str = "") -> Part:
    return (
        f"  {text}",
        f'<div style="{style}">{_prose(text)}</div>' if style else f"<div>{_prose(text)}</div>",
    )


def _box(tone: str, parts: Sequence[Part], step: str = "") -> CheckOutput:
    if step:
        parts = [*parts, _line(f"Next: {one_line(step)}", "margin-top:.45em")]
    style = f"border-left:4px solid {TONES[tone]};{BOX}"
    body = "".join(part for _, part in parts)
    box = f'<div class="tex2jax_ignore mathjax_ignore" style="{style}">{body}</div>'
    return CheckOutput("\n".join(lines for lines, _ in parts), box)


def _badge(status: Status) -> str:
    return _coloured(f"{status.sign} {status.word}", status.tone)


def _coloured(words: str, tone: str) -> str:
    style = f"background:{TONES[tone]};color:#fff;border-radius:3px;padding:.05em .5em"
    return f'<span style="{style};font-weight:600;white-space:nowrap">{words}</span>'


def _code(text: str) -> str:
    return f'<code style="{CODE}">{html.escape(text)}</code>'


def _prose(text: str) -> str:
    """Escaped; what stands between backticks looks like code."""
    return re.sub(r"`([^`\n]+)`", rf'<code style="{CODE}">\1</code>', html.escape(text))
