"""What is done to students' text takes time in proportion to its length, whatever it is made of."""

import itertools
import time
from collections.abc import Callable

import pytest

from grader.core.cells import defining_cells
from grader.core.safe_text import clean, csv_cell, one_line, short
from grader.core.script_cells import script_cells
from grader.pages.feedback.code import linked, with_code
from grader.pages.feedback.notes import MARKDOWN, PLAIN
from grader.similar.tokens import statements

STEPS = {
    "clean": clean,
    "one_line": one_line,
    "csv_cell": csv_cell,
    "short": short,
    "linked": lambda text: linked(text, {}),
    "with_code": with_code,
    "a sentence in Markdown": MARKDOWN.sentence,
    "a block in Markdown": MARKDOWN.block,
    "a block in a script": PLAIN.block,
    "script_cells": script_cells,
    "defining_cells": lambda text: defining_cells([(1, text)], ["alpha", "beta"]),
    "statements": lambda text: list(statements(1, text)),
}
# What the regular expressions on the way give a meaning to: terminals, JSON-like text, Markdown, Python, spreadsheets.
SIGNS = [
    "\x1b", "\x9b", "\x9d", "\x90", "\x9c", "\x07", "[", "]", ";", "0", " ", "/", "\\", "\r", "\n", "\t", "\u200d", "\u0591", "\u0301",
    "\u202e", "\xa0", "`", "'", '"', "#", "%", "a", "_", ",", ":", "=", "(", "{", "<", "&", "$", "|", "-", "*", "@", "!", ".", "e1",
    "cell 1, line ", "def ", "async ", '"""', "\x1b]", "\x1b[", "\x1bP", "# %%",
]  # fmt: skip
LENGTH = 1 << 14
SOON_S = 0.15  # quadratic work on as many characters takes longer


def cpu_s(step: Callable[[str], object], text: str) -> float:
    begun = time.process_time()
    step(text)
    return time.process_time() - begun


@pytest.mark.no_cover
@pytest.mark.parametrize("name", STEPS)
def test_text_of_one_repeated_piece_is_no_dearer_than_its_length(name: str) -> None:
    """Every sign alone and every pair of signs, repeated: twice the text takes about twice the time."""
    step = STEPS[name]
    for piece in [*SIGNS, *map("".join, itertools.permutations(SIGNS[:7], 2))]:
        text = piece * (LENGTH // len(piece))
        if cpu_s(step, text) < SOON_S:
            continue
        ratios = [cpu_s(step, text * 4) / cpu_s(step, text * 2) for _ in range(3)]
        assert min(ratios) < 3.2, (piece, ratios)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", STEPS)
def test_text_with_one_beginning_and_no_end_is_no_dearer_than_its_length(name: str) -> None:
    """A sign that begins something, followed by one other for ever."""
    step = STEPS[name]
    for first, rest in itertools.product(["\x1b[", "\x1b]", "\x9d", "\x1b", "`", "'", '"""', "#", "a", "def "], SIGNS[6:20]):
        text = first + rest * (LENGTH // len(rest))
        if cpu_s(step, text) < SOON_S:
            continue
        ratios = [cpu_s(step, first + rest * (4 * LENGTH)) / cpu_s(step, first + rest * (2 * LENGTH)) for _ in range(3)]
        assert min(ratios) < 3.2, (first, rest, ratios)


def test_a_sequence_that_is_broken_off_hides_nothing_after_it() -> None:
    """A string of a terminal's ends where the next one begins; what is left of it is spelled out."""
    assert clean("a\x9dtitle\x9d0;b\x07c") == "a<U+009D>titlec"
    assert clean("\x1b]0;title\x07text \x1b[31mred\x1b[0m") == "text red"
    assert clean("\x90" * 3 + "x") == "<U+0090>" * 3 + "x"
