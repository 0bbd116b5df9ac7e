"""Calls as the student would write them, with short renderings of their arguments."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass

import numpy as np

MAX_SHOWN = 80
MAX_ENTRIES = 8  # of an array, a list or a dict that are shown
MAX_STEPS = 8  # of a program that is shown in one line
NAMES = "abcdefghijklmnopqrstuvwxyz"


class Named:
    """A value that is shown by its name."""

    _text: str


@dataclass(frozen=True)
class Step:
    """The result of an earlier step, by its number, as an operand of `Student.steps`."""

    number: int


Operation = tuple[str, *tuple[object, ...]]  # the operation and its operands


class Call:
    """A call with its arguments as they are now; the text is made only on demand."""

    __slots__ = ("_function", "_parts", "_text")

    def __init__(self, function: str, args: Sequence[object], kwargs: Mapping[str, object]) -> None:
        self._function, self._text = function, ""
        self._parts = [("", _kept(arg)) for arg in args]
        self._parts += [(f"{name}=", _kept(arg)) for name, arg in kwargs.items()]

    def __str__(self) -> str:
        if not self._text:
            parts = (name + (arg if isinstance(arg, str) else show(arg)) for name, arg in self._parts)
            self._text = f"{self._function}({', '.join(parts)})"
        return self._text


CallText = str | Call


def _kept(value: object) -> object:
    """What to keep of an argument to show it later: its text, unless it is a number or a small array."""
    if type(value) is float or type(value) is int:
        return value
    if type(value) is np.ndarray:
        return value.copy() if value.size <= MAX_ENTRIES else _shape(value.shape)
    return show(value)


def _shape(shape: Sequence[int]) -> str:
    return f"<array of shape {tuple(shape)}>"


def show(value: object) -> str:
    """A short, readable rendering of an argument."""
    if isinstance(value, Named):
        return value._text
    if callable(value) and hasattr(value, "__name__"):
        return str(value.__name__)
    if isinstance(value, np.generic):
        value = value.item()
    elif hasattr(value, "shape") and (isinstance(value, np.ndarray) or type(value).__module__ == "torch"):
        if math.prod(value.shape) > MAX_ENTRIES:
            return _shape(value.shape)
        return np.array2string(np.asarray(value), precision=4, separator=", ").replace("\n", "")
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, dict):
        entries = [f"{key!r}: {show(part)}" for key, part in list(value.items())[:MAX_ENTRIES]]
        return _listed("{", entries, "}", value)
    if isinstance(value, (list, tuple)):
        parts = [show(part) for part in value[:MAX_ENTRIES]]
        begin, end = ("[", "]") if isinstance(value, list) else ("(", ",)" if len(value) == 1 else ")")
        return _listed(begin, parts, end, value)
    text = repr(value)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def _listed(begin: str, parts: Sequence[str], end: str, value: Sized) -> str:
    """A list of what is shown of `value`; one that is cut, also because its text is long, says its length."""
    text = begin + ", ".join(parts)
    if len(text) > MAX_SHOWN:
        return f"{text[: MAX_SHOWN - 1]}…{end} ({len(value)} entries)"
    return f"{text}, …{end} ({len(value)} entries)" if len(value) > len(parts) else text + end


def expression(program: Sequence[Operation]) -> str:
    """A program as the student would write it, ending with its result; of a long one, only its length."""
    if len(program) > MAX_STEPS:
        return f"an expression of {len(program)} operations"
    return "; ".join(_lines(program)) or "nothing"


def statements(program: Sequence[Operation]) -> str:
    """A program as lines to paste, the last of which is its result."""
    return "\n".join(_lines(program))


def _lines(program: Sequence[Operation]) -> list[str]:
    """The statements of a program: a step that is used more than once gets a name."""
    uses = Counter(o.number for _, *operands in program for o in operands if isinstance(o, Step))
    texts, lines = list[str](), list[str]()
    for number, (operation, *operands) in enumerate(program):
        text = _operation(operation, [texts[o.number] if isinstance(o, Step) else show(o) for o in operands])
        if uses[number] > 1:
            name = NAMES[len(lines)] if len(lines) < len(NAMES) else f"v{len(lines)}"
            lines.append(f"{name} = {text}")
            text = name
        texts.append(text)
    return [*lines, *texts[-1:]]


def _operation(operation: str, parts: Sequence[str]) -> str:
    if operation == "neg":
        return f"(-{parts[0]})"
    if operation.startswith("."):
        return f"{parts[0]}{operation}({', '.join(parts[1:])})"
    if operation.isidentifier():
        return f"{operation}({', '.join(parts)})"
    return f"({f' {operation} '.join(parts)})"
