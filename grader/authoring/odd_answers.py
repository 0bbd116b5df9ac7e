"""Odd answers: what a notebook may hand in where a right answer is expected, as expressions of Python.

They are the lines of `odd_answers.txt`, in which `right` is the right answer. Its parts:

- constants: everything that is not a number, and numbers and arrays that answer nothing;
- changes: the right answer in another shape, size, length or type, or with another number;
- alike: what is right to some questions, and not to others;
- raised: what a call raises instead of answering.
"""

from functools import cache
from pathlib import Path

PARTS = ("constants", "changes", "alike", "raised")
NAMES = Path(__file__).with_name("odd_names.py.txt")  # of what the expressions use


@cache
def odd_answers() -> dict[str, str]:
    """Expression, or `raise` with one → the part that it is of; about 250."""
    answers, part = dict[str, str](), ""
    for line in Path(__file__).with_name("odd_answers.txt").read_text(encoding="utf-8").splitlines():
        if line.strip("[]") in PARTS:
            part = line.strip("[]")
        elif line:
            answers[f"raise {line}" if part == "raised" else line] = part
    return answers
