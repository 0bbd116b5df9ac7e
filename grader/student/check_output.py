"""What a check or a hint shows below a notebook's cell: plain text, and HTML for light and dark pages alike.

JupyterLab, VS Code and Colab show it in pages of their own, so there is no style sheet and no script: every
style is inline, text keeps the colour of the page, and backgrounds are shades that let it through. All text
is escaped, and classes keep MathJax away from it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from grader.core.report import QuestionResult, Status, TestResult
from grader.core.text import clean, one_line

TESTS_SHOWN = 3
MESSAGE_MOST = 1_200
# Tone → colour: white on it, and it on white or on black, can be read.
TONES = {
    "good": "#1f7f3f",
    "bad": "#c4314b",
    "low": "#a35a00",
    "none": "#6b7280",
    "open": "#7550c8",
    "hint": "#2b6cb0",
}
CODE = "font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.95em;background:none;color:inherit;padding:0"


@dataclass(frozen=True)
class CheckOutput:
    """The two forms of the same thing."""

    text: str
    html: str


def question_shown(question: QuestionResult, pictures: Mapping[str, str], step: str = "") -> CheckOutput:
    """One question: its mark, what failed, the mistake it looks like, a picture, the next step.

    Args:
        pictures: test → SVG of ours.
        step: a call that the student may type next, and why; "" for none.
    """
    passed = sum(test.status == Status.PASSED for test in question.tests)
    status = question.status
    several = len(question.tests) > 1 and status != Status.NOT_ATTEMPTED
    count = f"{passed} of {len(question.tests)} visible tests" if several else ""
    name = one_line(question.name, 80)
    lines = [f"{status.sign} {name}: {status.word}" + (f" ({count} passed)" if count else "")]
    badge = _badge(status.sign, status.word, status.tone)
    parts = [f'{badge} <b>{_code(name)}</b> <span style="opacity:.75">{count}</span>']
    failed = [test for test in question.tests if test.status.unsuccessful]
    for test in failed[:TESTS_SHOWN]:
        lines += _test_lines(test)
        parts.append(_test_html(test, pictures.get(test.name, "")))
    if len(failed) > TESTS_SHOWN:
        more = f"and {len(failed) - TESTS_SHOWN} more"
        lines.append(f"  {more}")
        parts.append(f'<div style="opacity:.75">{more}</div>')
    if question.status == Status.NOT_ATTEMPTED:
        reason = next((clean(test.message) for test in question.tests if test.message), "")
        if reason.rstrip(".") not in ("", "not attempted yet"):
            lines.append(f"  {reason}")
            parts.append(f"<div>{_prose(reason)}</div>")
    return CheckOutput("\n".join(lines + _step_lines(step)), _box(status.tone, [*parts, *_step_html(step)]))


def questions_shown(title: str, questions: Sequence[QuestionResult], step: str = "") -> CheckOutput:
    """A line a question, and how many pass."""
    done = sum(question.status == Status.PASSED for question in questions)
    tone = "good" if done == len(questions) else "none"
    summary = f"{done} of {len(questions)} questions pass the visible tests"
    lines, rows = (
        [one_line(title, 120)],
        [f'<div style="font-weight:600">{_prose(one_line(title, 120))}</div>'],
    )
    for question in questions:
        status = question.status
        badge, name = _badge(status.sign, status.word, status.tone), one_line(question.name, 80)
        lines.append(f"  {status.sign} {name}: {status.word}")
        rows.append(f'<div style="margin:.2em 0">{badge} {_code(name)}</div>')
    rows.append(f'<div style="margin-top:.3em">{summary}</div>')
    return CheckOutput(
        "\n".join([*lines, f"  {summary}", *_step_lines(step)]), _box(tone, [*rows, *_step_html(step)])
    )


def hint_shown(question: str, text: str, number: int, count: int, note: str) -> CheckOutput:
    """A hint, which one it is, and what comes after it."""
    title = f"hint {number} of {count}"
    name = one_line(question, 80)
    parts = [
        f"{_badge('›', title, 'hint')} <b>{_code(name)}</b>",
        f'<div style="margin:.3em 0">{_prose(clean(text))}</div>',
    ]
    parts.append(f'<div style="opacity:.75">{_prose(note)}</div>')
    return CheckOutput(f"{title} for {name}: {clean(text)}\n  {note}", _box("hint", parts))


def hints_shown(title: str, seen: Mapping[str, tuple[int, int]]) -> CheckOutput:
    """Question → (hints seen, hints in all), a line each."""
    rows = [(one_line(name, 80), f"{some} of {count} hints seen") for name, (some, count) in seen.items()]
    lines = [one_line(title, 120), *(f"  {name}: {words}" for name, words in rows)]
    head = f'<div style="font-weight:600">{_prose(one_line(title, 120))}</div>'
    return CheckOutput(
        "\n".join(lines),
        _box("hint", [head, *(f"<div>{_code(name)}: {words}</div>" for name, words in rows)]),
    )


def sentence_shown(text: str) -> CheckOutput:
    """What kept a check or a hint from being given, in a sentence."""
    text = clean(text)
    return CheckOutput(
        f"! {text}", _box("low", [_badge("!", "nothing done", "low"), f" <span>{_prose(text)}</span>"])
    )


def _test_lines(test: TestResult) -> list[str]:
    lines = [
        f"  {line}" for line in clean(f"{test.summary}\n{_cut(test.message)}").splitlines() if line.strip()
    ]
    return lines + ([f"  This looks like: {one_line(test.diagnosis)}"] if test.diagnosis else [])


def _test_html(test: TestResult, picture: str) -> str:
    message = (
        test.message.partition("\nthe whole answer:")[0] if picture else test.message
    )  # the picture has its numbers
    parts = [
        f'<div style="opacity:.85">{_prose(clean(test.summary))}</div>',
        *_lines_html(clean(_cut(message))),
    ]
    if test.diagnosis:
        shade = "background:rgba(217,150,0,.16);border-radius:3px;padding:.2em .5em;margin-top:.3em;display:inline-block"
        parts.append(f'<div style="{shade}"><b>This looks like:</b> {_prose(one_line(test.diagnosis))}</div>')
    return f'<div style="margin-top:.45em">{"".join(parts)}{picture}</div>'


def _lines_html(text: str) -> list[str]:
    """A line a block; neighbouring lines that are indented are a table, and stay aligned."""
    parts = []
    for table, lines in groupby(text.splitlines(), lambda line: line.startswith("  ")):
        if table:
            rows = html.escape("\n".join(lines))
            parts.append(
                f'<div style="{CODE};white-space:pre;overflow-x:auto;line-height:1.35;margin:.2em 0">{rows}</div>'
            )
        else:
            parts += [f"<div>{_prose(line)}</div>" for line in lines]
    return parts


def _step_lines(step: str) -> list[str]:
    return [f"  Next: {one_line(step)}"] if step else []


def _step_html(step: str) -> list[str]:
    return [f'<div style="margin-top:.45em">Next: {_prose(one_line(step))}</div>'] if step else []


def _box(tone: str, parts: Sequence[str]) -> str:
    style = (
        f"border-left:4px solid {TONES[tone]};background:rgba(127,127,127,.08);color:inherit;padding:.5em .9em;"
        "margin:.2em 0;max-width:60em;line-height:1.5;overflow-wrap:anywhere;overflow-x:auto"
    )
    return f'<div class="tex2jax_ignore mathjax_ignore" style="{style}">{"".join(parts)}</div>'


def _badge(sign: str, word: str, tone: str) -> str:
    style = f"background:{TONES[tone]};color:#fff;border-radius:3px;padding:.05em .5em;font-weight:600;white-space:nowrap"
    return f'<span style="{style}">{sign} {word}</span>'


def _code(text: str) -> str:
    return f'<code style="{CODE}">{html.escape(text)}</code>'


def _prose(text: str) -> str:
    """Escaped; what stands between backticks looks like code."""
    return re.sub(r"`([^`\n]+)`", rf'<code style="{CODE}">\1</code>', html.escape(text))


def _cut(text: str) -> str:
    return text if len(text) <= MESSAGE_MOST else text[: MESSAGE_MOST - 1] + "…"
