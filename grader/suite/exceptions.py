"""What can go wrong in the student's code, as exceptions of the judge's with a sentence for the student."""

import builtins
import difflib
import re
from collections.abc import Iterable, Mapping
from heapq import nlargest
from itertools import islice

import numpy as np

from grader.core.report import Status

MAX_CALL = 160
FORGOT_RETURN = "nothing was returned: did you forget `return`?"
MAX_NAMES = 2_000
# What an exception means whose text is NumPy's or Python's own: a part of that text, and a sentence.
MEANINGS = (
    (
        "truth value of an",
        "`if`, `and`, `or` and `max` want one truth value, but got a whole array: work entry by entry",
    ),
    ("'NoneType'", "one of the values is None: print them in the line named above"),
    (
        "could not be broadcast together",
        "two arrays have shapes that do not fit together: print both in the line named above",
    ),
    (
        "mismatch in its core dimension",
        "the shapes do not fit for a matrix product: the inner two numbers must agree",
    ),
    ("not aligned", "the shapes do not fit for a matrix product: the inner two numbers must agree"),
    (
        "shapes cannot be multiplied",
        "the shapes do not fit for a matrix product: the inner two numbers must agree",
    ),
    (
        "math range error",
        "an exponential is too large for a float: can its argument be kept small?",
    ),
    (
        "Unable to allocate",
        "an array this large does not fit in memory: can you find the answer without making it?",
    ),
    (
        "can only convert an array of size 1",
        "`float(…)` and `.item()` want a single number, but got an array",
    ),
    (
        "only length-1 arrays can be converted",
        "a function of the `math` module got an array: NumPy has one for arrays",
    ),
    (
        "only 0-dimensional arrays can be converted",
        "a function for single numbers got an array: NumPy has functions for arrays",
    ),
    (
        "Cannot cast ufunc",
        "an array of integers was to be filled with floats in place: make it a float array first",
    ),
    (
        "maximum recursion depth",
        "a function called itself too often: does it ever stop, or is a loop needed?",
    ),
    (
        "No module named",
        "this module is not installed where the notebook was run: can the answer do without it?",
    ),
    (
        "does not support input requests",
        "nobody answers `input()` when a notebook is graded: take the value as an argument",
    ),
    ("division by zero", "something was divided by 0"),
    ("cannot access local variable", "a name is used before it has a value, or on a path where it gets none"),
)
PLAIN_NUMBER = re.compile(
    r"'(?:float|int|bool)' object (?:has no attribute '(\w{1,80})'|is not (?:subscriptable|iterable))"
    r"|object of type '(?:float|int)' has no len"
)
ARGUMENTS = re.compile(r"(\w+)\(\) (takes|missing|got an unexpected|got multiple)")


class StudentFailure(Exception):
    """The student's code did not give an answer; `diagnosis` is the mistake that this looks like."""

    def __init__(self, summary: str, message: str = "", status: Status = Status.CRASHED) -> None:
        super().__init__(summary)
        self.summary, self.message, self.status = summary, message, status
        self.diagnosis = ""


class NotAttempted(StudentFailure):
    """The name is missing, or still the stub.

    Attributes:
        missing: the name that the notebook does not define, "" if that is not it.
        called: whether it was to be called.
        raised: the exception of a stub.
    """

    def __init__(self, summary: str, missing: str = "", called: bool = True) -> None:
        super().__init__(summary, status=Status.NOT_ATTEMPTED)
        self.missing, self.called = missing, called
        self.raised: Crashed | None = None


class Crashed(StudentFailure):
    """An exception of the student's code.

    Attributes:
        kinds: the names of its class and of its bases.
        text: its message.
        cell, line, function: where it was raised; None and "" if not in the notebook.
        steps: the lines of the notebook on the way there, none if a test has asked for what is not there.
        asked_to_call: whether it answers a call, and not the reading of a value.
    """

    def __init__(self, call: str, error: Mapping[str, object], asked_to_call: bool = True) -> None:
        kinds, cell, line = error.get("kinds"), error.get("cell"), error.get("line")
        self.call, self.asked_to_call, self.steps = call, asked_to_call, _steps(error)
        self.cell: int | None = None
        self.line: int | None = None
        if type(cell) is int and type(line) is int:
            self.cell, self.line = cell, line
        self.function = self.steps[-1].rpartition(" in ")[2] if self.steps else ""
        texts = [text_of(kind, 100) for kind in kinds[:12]] if isinstance(kinds, list) else []
        self.kinds = [text for text in texts if text] or ["Exception"]
        where = f" (cell {cell}, line {line})" if self.line is not None else ""
        self.text = " ".join(text_of(error.get("message"), 240).split()).rstrip(".")
        text = f": {self.text}" if self.text else ""
        super().__init__(f"`{shortened(call)}` raised {self.kinds[0]}{text}{where}.", _way(self.steps))
        self.diagnosis = meaning(call, self.kinds, self.text)


class Died(StudentFailure):
    """The worker ended inside a call: an endless loop, memory, an exit."""

    def __init__(self, call: str, reason: Status, detail: str) -> None:
        verbs = {Status.TIMED_OUT: "did not finish", Status.OUT_OF_MEMORY: "ran out of memory"}
        verb = verbs.get(reason, "ended the process")
        super().__init__(f"`{shortened(call)}` {verb}: {detail}.", status=reason)
        self.call = call


def too_large(detail: str) -> str:
    """What to call an answer that breaks this bound: it is refused before anything is made of it."""
    return f"an answer larger than an answer can be ({detail[:100]})"


def text_of(value: object, most: int) -> str:
    """What a worker sends as text, at most so many characters of it; anything else counts as empty."""
    return value[:most] if isinstance(value, str) else ""


def shortened(call: str, most: int = MAX_CALL) -> str:
    """A call as it is shown: a long one without its middle."""
    return call if len(call) <= most else f"{call[: most - 20]} … {call[-17:]}"


def meaning(call: str, kinds: list[str], text: str) -> str:
    """What an exception of Python's or NumPy's means in plain words, or ""."""
    if "UnboundLocalError" in kinds:
        return MEANINGS[-1][1]
    plain = PLAIN_NUMBER.search(text) if {"TypeError", "AttributeError"} & set(kinds) else None
    if plain and hasattr(np.ndarray, plain[1] or "shape"):
        return "the input may be a plain number too, not only an array: `np.asarray` takes both"
    wrong = ARGUMENTS.search(text) if "TypeError" in kinds else None
    if wrong and (wrong[1] == "__init__" or re.search(rf"\b{wrong[1]}\(", call)):
        return f"the call was `{shortened(call, 100)}`: the function must take exactly these arguments"
    if "IndexError" in kinds and "size 0" in text:
        return "the array has no entries here: what is the right answer for an empty input?"
    return next((sentence for part, sentence in MEANINGS if part in text), "")


def undefined(text: str, names: Iterable[object]) -> str:
    """For a NameError's text: the nearest name that the notebook does define, as a question."""
    match = re.search(r"name '(\w{1,80})' is not defined", text)
    if match is None:
        return ""
    name = match[1]
    if name in ("np", "numpy", "torch", "plt", "math", "nn"):
        return f"`{name}` is not defined: is the cell with the `import` missing, or does it come later?"
    if near := nearest_name(name, names):
        return f"`{name}` is not defined; did you mean `{near}`?"
    return ""


def one_slip_apart(one: str, two: str) -> bool:
    """Whether a single letter is added, left out or another, or two neighbours are swapped."""
    short, long = sorted((one[:80], two[:80]), key=len)
    start = next((n for n, letter in enumerate(short) if letter != long[n]), len(short))
    rest, other = short[start:], long[start:]
    swapped = rest[:2] == other[1::-1] and rest[2:] == other[2:]
    return rest == other[1:] or rest[1:] == other[1:] or (len(short) == len(long) and swapped)


def nearest_name(name: str, names: Iterable[object], builtin: bool = True) -> str:
    """The name that is most like this one, or ""; `names` are what the notebook claims to define.

    Args:
        builtin: whether it may be one of Python's own.
    """
    names = [*islice(names, MAX_NAMES), *(dir(builtins) if builtin else ())]
    known = [other for other in names if isinstance(other, str) and len(other) <= 80 and other != name]
    matcher = difflib.SequenceMatcher(b=name)

    def at_most(other: str) -> float:
        matcher.set_seq1(other)
        return matcher.quick_ratio()

    # the exact ratio is quadratic in the length of the names, so it is taken of the likeliest alone
    likely = nlargest(20, (o for o in known if o.isascii() and o.isidentifier()), at_most)
    return next(iter(difflib.get_close_matches(name, likely, 1, 0.7)), "")


def _steps(error: Mapping[str, object]) -> list[str]:
    lines = error.get("traceback")
    lines = lines[:8] if isinstance(lines, list) else []
    return [" ".join(text_of(line, 100).split()) for line in lines]


def _way(lines: Iterable[str]) -> str:
    """The lines of the notebook on the way to the one that failed, each once."""
    steps = list(dict.fromkeys(lines))
    return f"On the way there: {'; '.join(steps[:-1][-3:])}." if len(steps) > 1 else ""
