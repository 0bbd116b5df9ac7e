"""Students' text is hostile wherever it is shown: pages, a real browser, the CSV file, the terminal."""

from __future__ import annotations

import csv
import io
import re
import sys
import unicodedata
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from rich.console import Console
from support.browser import Skeleton
from support.classes import class_of, harmless_pages, harmless_texts, hostile_class, hostile_pages, pages_of
from support.hostile import CORPUS, EXERCISES, FORMULAS, MARKUP, TERMINAL, hostile_notebook, judged, report
from support.nonempty import nonempty
from support.paths import COURSE

from grader.cli.main import main
from grader.cli.student_commands import echo_question
from grader.core.course import Exercise
from grader.core.report import GradeStatus, Report
from grader.core.safe_text import clean, one_line
from grader.pages.addresses import page_name
from grader.pages.scores_table import scores_csv, scores_table
from grader.sandbox.forkserver import ForkServer
from grader.suite.session import SuiteSession

EVERY_CHARACTER = "".join(map(chr, range(sys.maxunicode + 1)))


def plain(text: str, besides: str = "") -> bool:
    """Whether `text` has only printable characters, the wide space of Japanese names, and `besides`."""
    return all(c.isprintable() or c in "\u3000" + besides for c in text)


# Text


@pytest.mark.parametrize("make_safe", [clean, one_line])
def test_no_control_or_invisible_character_remains(make_safe: Any) -> None:
    """Only what is printable comes through, of all of Unicode; in a message also newline and tab."""
    shown = make_safe("a".join(EVERY_CHARACTER))
    assert plain(shown, "\n\t" if make_safe is clean else "")
    assert not {unicodedata.category(c) for c in shown if c not in "\n\t"} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize("text", TERMINAL)
def test_a_message_loses_its_terminal_sequences(text: str) -> None:
    """Colours, titles, links and the clipboard: nothing is left for a terminal to act on."""
    assert plain(clean(text), "\n\t")
    assert "\x1b" not in clean(text) and "<U+001B>]" not in clean(text)


def test_the_words_of_a_coloured_message_remain() -> None:
    """Only the sequences are removed: the text between them is the student's message."""
    assert clean("\x1b[1;31mValueError\x1b[0m: \x1b]8;;http://x\x1b\\no\x1b]8;;\x07") == "ValueError: no"
    assert clean("an end that never comes: \x1b]8;;x") == "an end that never comes: 8;;x"


def test_two_names_never_look_the_same() -> None:
    """What is invisible in a name is spelled out, not dropped."""
    names = ["ada", "ada\u200b", "ada\u200d", "ada\x1b[0m", "ada\n", "ada\u202e", "ada\ufe0f", "ada\u00ad", "\udcffada", "ada\xa0", "ada "]
    assert len({one_line(name) for name in names}) == len(names)
    assert one_line("ada\u202e") == "ada<U+202E>"
    assert one_line("\u202e\u200d\u200f") == "<U+202E><U+200D><U+200F>"


@pytest.mark.parametrize("name", ["می‌خواهم", "क्‍ष", "👩‍🔬 ada", "♥️", "José", "Nguyễn Thị Mai", "山田 太郎", "דָּוִד", "O’Connor"])
def test_honest_names_are_shown_unchanged(name: str) -> None:
    """Joiners of Persian, Indic scripts and emoji, accents, any script."""
    assert one_line(name) == clean(name) == name
    assert one_line(unicodedata.normalize("NFD", name)) == unicodedata.normalize("NFD", name)


# Pages


def test_a_page_has_no_element_and_no_attribute_that_its_template_lacks() -> None:
    """Element by element and attribute by attribute, a hostile class's pages match those of a harmless one."""
    assert len(hostile_pages()) == len(harmless_pages()) == 3 * len(CORPUS) + 2
    pairs = [("index.html", "index.html"), ("projector.html", "projector.html")]
    pairs += [(page_name(text), page_name(other)) for text, other in zip(CORPUS, harmless_texts(), strict=True)]
    for hostile, harmless in pairs:
        assert Skeleton(hostile_pages()[hostile]).shape == Skeleton(harmless_pages()[harmless]).shape


def test_every_link_leads_to_a_page_of_the_class() -> None:
    """No address contains a name: pages are named by letters, digits and a hash; feedback folders are percent-encoded."""
    inside = r"#[a-z]+(-\d+)*|\.\./index\.html|\.\./feedback/[A-Za-z0-9._~%-]+/0[12]_[a-z]+\.html"
    for page in hostile_pages().values():
        for link in Skeleton(page).links:
            assert link in hostile_pages() or re.fullmatch(inside, link)
            assert ".." not in link.removeprefix("../").split("/")
    assert all(re.fullmatch(r"(index|projector)\.html|students/[a-z0-9-]+\.html", name) for name in nonempty(hostile_pages()))
    assert page_name("../../etc/passwd\0<x>").startswith("students/etc-passwd-x-")


def test_what_a_student_wrote_can_be_read_on_the_page() -> None:
    """Escaping hides nothing: the text between the tags is the text that was handed in."""
    for text in MARKUP:
        pages = pages_of(class_of([report(text, text)], EXERCISES))
        for page in (pages["index.html"], pages[page_name(text)]):
            assert clean(text)[:100] in "".join(Skeleton(page).words)
            ours = r"[0-9a-f]{8,}|<style>.*</style>|<script>.*</script>|<svg.*?</svg>"
            assert "49" not in re.sub(ours, "", page.replace(str(Skeleton(page).links), ""), flags=re.DOTALL)


def test_pages_are_utf8_and_their_policy_comes_before_anything_it_governs() -> None:
    """A policy holds only for what follows it; it never says `unsafe`."""
    for page in hostile_pages().values():
        page.encode("utf-8")
        policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="(.*?)">', page)
        assert policy is not None and policy.start() < page.index("<style>")
        assert policy[1].startswith("default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-")
        assert "unsafe" not in policy[1]
        assert '<meta name="referrer" content="no-referrer">' in page


def test_no_element_of_ours_has_a_style_or_a_handler() -> None:
    """The policy would block them: all styles are in the style sheet, and all actions in the script."""
    own = [part.partition("=")[0] for page in harmless_pages().values() for _, *parts in Skeleton(page).shape for part in parts]
    assert "class" in own and not [name for name in own if name == "style" or name.startswith("on")]


def test_our_failure_is_not_shown_as_an_unreadable_notebook() -> None:
    """A notebook on which the grader failed stays open; an unreadable one is for the student to fix."""
    page = pages_of(hostile_class(["ada"], 1))[page_name("ada")]
    words = " ".join("".join(Skeleton(page).words).split())
    assert "The notebook could not be read: ada" in words
    assert "Not graded yet – our failure: ada. It costs you nothing" in words


def test_a_judged_notebook_adds_no_element_to_its_page(
    forkserver: ForkServer, exercise: Exercise, suite: SuiteSession, tmp_path: Path
) -> None:
    """From the student's exception through the sandbox and the report to the page, text stays text."""
    graded = judged(forkserver, exercise, suite, tmp_path)
    page = pages_of(class_of([graded], EXERCISES))[page_name(graded.student)]
    words = "".join(Skeleton(page).words)
    assert {test.status for question in graded.questions for test in question.tests} == {"crashed", "failed"}
    assert words.count("<script>") > 3 and words.count("<img src=x onerror=") >= 2
    assert [tag for tag, *_ in Skeleton(page).shape if tag in ("script", "img", "svg")] == []
    assert "<U+202E>" in words and not re.search("[\x1b\u202e\x9b]", page)


# The CSV file


def test_no_cell_of_the_csv_file_is_a_formula() -> None:
    """With any separator a spreadsheet may assume, no cell begins like a formula, white space aside."""
    text = scores_csv(hostile_class(CORPUS, 1))
    for separator in ",;\t|":
        for row in csv.reader(io.StringIO(text), delimiter=separator):
            assert not [cell for cell in row if cell.strip(' "').startswith(tuple("=+-@＝＋－＠\t\r\n"))]


def test_a_row_of_the_csv_file_is_a_line() -> None:
    """Newlines in a name add neither a row nor a column, and no control character gets into the file."""
    text = scores_csv(hostile_class(CORPUS, 1))
    rows = list(csv.reader(io.StringIO(text)))
    assert len(text.splitlines()) == len(rows) == len(CORPUS) + 1
    assert {len(row) for row in rows} == {len(EXERCISES) + 4}
    assert plain(text, "\n")


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_gets_an_apostrophe_or_is_spelled_out(name: str) -> None:
    """The name stays readable; the sign is preceded by an apostrophe or a visible code."""
    (cell, *rest) = list(csv.reader(io.StringIO(scores_csv(class_of([report(name, "fine")], EXERCISES)))))[1]
    assert cell.replace("'", "") == one_line(name).replace("'", "")
    assert cell.lstrip()[0] in "'<a\""
    assert rest == ["1.5", "", "1.5", "5"]


def test_numbers_stay_numbers_and_plain_names_stay_plain() -> None:
    """Only text is changed: not a score, even a negative one, nor a name with a hyphen inside."""
    made = [Report("anne-marie o'neil", "01_double", -0.5, 4.0, GradeStatus.GRADED), Report("bob", "01_double", None, 4.0, GradeStatus.UNGRADED)]
    rows = list(csv.reader(io.StringIO(scores_csv(class_of(made, EXERCISES)))))
    assert rows[1] == ["anne-marie o'neil", "-0.5", "", "-0.5", "5"]
    assert rows[2] == ["bob", "ungraded", "", "ungraded", "5"]


# The terminal


def test_the_table_on_screen_prints_names_literally() -> None:
    """Terminal codes, rich markup, links and emoji codes in a name have no effect."""
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, color_system=None, width=400)
    for first in range(0, len(CORPUS), 50):  # it shows no more than a screen or two at once
        console.print(scores_table(hostile_class(CORPUS[first : first + 50], 1)))
    text = out.getvalue()
    assert plain(text, "\n")
    assert "[red]x[/red] [link=https://evil.example]y[/link] [/] \\[bold] :smile:" in text
    assert max(map(len, text.splitlines())) < 200


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_a_question_on_screen_has_no_terminal_codes_but_ours(text: str) -> None:
    """`grader check` prints a message in the grader's own colours only, with every line indented."""

    def printed(words: str) -> str:
        @click.command()
        def show() -> None:
            for question in report("ada", words, question=words).questions:
                echo_question(question)

        return CliRunner().invoke(show, color=True, catch_exceptions=False).output

    assert printed(text).count("\x1b") == printed("fine").count("\x1b")
    assert plain(printed(text), "\n\t\x1b")
    assert all(line.startswith(("  ", "\x1b")) for line in nonempty(printed(text).splitlines()))


def test_checking_a_hostile_notebook_leaves_the_terminal_alone(tmp_path: Path) -> None:
    """The whole command, on a notebook whose exceptions contain terminal codes."""
    path = hostile_notebook(tmp_path / "01_double.ipynb")
    result = CliRunner().invoke(main, ["check", str(path), "--course", str(COURSE)], catch_exceptions=False)
    assert result.exit_code == 1
    assert "<script>" in result.output and "<U+202E>" in result.output
    assert plain(result.output, "\n")


def test_a_mistake_with_a_hostile_name_in_it_is_one_clean_line(tmp_path: Path) -> None:
    """A missing folder whose name contains terminal codes: the error spells them out."""
    home = tmp_path / "ada\x1b]0;x\x07\nungraded: bob\u202e"
    result = CliRunner().invoke(main, ["grade", str(home), "-o", str(tmp_path / "out"), "--course", str(COURSE)])
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "ada<U+001B>]0;x<U+0007><U+000A>ungraded: bob<U+202E>: no such folder" in result.stderr
