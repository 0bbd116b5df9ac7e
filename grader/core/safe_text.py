"""How text of others and points are written, in every output: nothing hides, steers or reorders."""

import re
import unicodedata
from collections.abc import Sequence

# Patterns are compiled when they are first used: every command loads this module, and few meet such text.
# ECMA-48: colours and cursor moves (CSI), strings up to their end (OSC, DCS, SOS, PM, APC), short escapes.
# Nothing that begins a sequence can be within one and no part gives back what it took, so time is linear.
TERMINAL_SEQUENCE = (
    r"(?:\x1b\[|\x9b)[0-?]*+[ -/]*+[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9b-\x9f\r\n]*+(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*+[0-~]"
)
# Printable for Python, but invisible: fillers, an empty Braille cell, variation selectors.
BLANKS = "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
# Persian and Indic words and emoji are joined with these; beside Latin, Greek or Cyrillic letters they only
# deceive.
JOINED = "(?<=[\u0590-\u1fff\u2070-\U0010ffff])(?:[\u200c\u200d](?=[\u0590-\u1fff\u2070-\U0010ffff])|\ufe0f)"
SPACES = "[\xa0\u1680\u2000-\u200a\u202f\u205f]"  # U+3000 stays: Japanese names have it, and it is wide
NAME_MOST = 120
MARKS_IN_A_ROW = 5  # as many as any script needs; what is piled higher covers the lines around it

# A cell that begins with one of these, after white space, is a formula. What some locale's spreadsheet
# takes for the end of a cell counts as a beginning.
FORMULA = r"(?:^|(?<=[;,|\"]))(?=\s*[-=+@\uff0b\uff0d\uff1d\uff20])"


def clean(text: str) -> str:
    """A message: newlines and tabs stay, terminal sequences go, other invisible text becomes `<U+202E>`."""
    if text.isascii() and text.replace("\n", "").isprintable():  # as nearly all text is
        return text
    return _visible(
        re.sub(SPACES, " ", re.sub(TERMINAL_SEQUENCE, "", text.replace("\r\n", "\n"))), "\n\t\u3000"
    )


def one_line(text: str, most: int | None = None) -> str:
    """A name on one line, at most `most` characters; invisible ones are spelled out, so no two look alike."""
    line = _visible(text, "\u3000")
    if most is not None and len(line) > most:
        line = line[: most - 1] + "…"
    return line if line.strip() else "(no name)"


def csv_cell(text: str) -> str:
    """`text` as a CSV cell that is one line and that no spreadsheet evaluates; "" stays empty."""
    return re.sub(FORMULA, "'", one_line(text)) if text else ""


def short(text: str, most: int = 160) -> str:
    """The beginning of a message, on one line."""
    line = " ".join(clean(text).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def shown_name(name: str) -> str:
    """A name on a page, on the screen or in a sentence: one line, and not too long for it."""
    return one_line(name, NAME_MOST)


def some(names: Sequence[str], most: int = 5) -> str:
    """`A, B and 3 more`: of a class of 300 only the number is given."""
    more = len(names) - most
    return ", ".join(map(one_line, names[:most])) + (f" and {more} more" if more > 0 else "")


def utf8(text: str) -> bytes:
    """Text as UTF-8; half a surrogate pair, which UTF-8 cannot hold, becomes a question mark."""
    return text.encode("utf-8", "replace")


def encodable(text: str) -> str:
    """Text that can be written as UTF-8, see `utf8`."""
    return utf8(text).decode()


def storable(name: str) -> str:
    """A file's name as text that every database takes: bytes that are not UTF-8 are written as `\\xff`.

    Unlike `encodable` it keeps apart names that differ only in such bytes.
    """
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _visible(text: str, kept: str) -> str:
    joined = set() if text.isascii() else {match.start() for match in re.finditer(JOINED, text)}

    def spelled(run: re.Match[str]) -> str:
        out, marks = [], 0
        for position, char in enumerate(run.group(), run.start()):
            category = unicodedata.category(char)
            marks = marks + 1 if category in ("Mn", "Me") else 0
            if char in kept or position in joined:
                out.append(char)
            elif not char.isprintable() or re.match(BLANKS, char):
                out.append(f"<U+{ord(char):04X}>")
            elif marks <= MARKS_IN_A_ROW:
                out.append(char)
            elif marks == MARKS_IN_A_ROW + 1:
                out.append("…")
        return "".join(out)

    return re.sub("[^ -~]+", spelled, text)
