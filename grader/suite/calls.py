"""Calls as the student would write them, with short renderings of their arguments."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

MAX_SHOWN = 80
MAX_ENTRIES = 8  # of an array whose numbers are shown


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
        text = "{" + ", ".join(f"{key!r}: {show(part)}" for key, part in list(value.items())[:8]) + "}"
    elif isinstance(value, (list, tuple)):
        text = ", ".join(map(show, value[:8]))
        text = f"[{text}]" if isinstance(value, list) else f"({text})"
    else:
        text = repr(value)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def expression(program: Sequence[Operation]) -> str:
    """The last step of a program as the student would write it; of a long program, only its length."""
    if len(program) > 8:
        return f"an expression of {len(program)} operations"
    texts: list[str] = []
    for operation, *operands in program:
        parts = [texts[o.number] if isinstance(o, Step) else show(o) for o in operands]
        if operation == "neg":
            texts.append(f"(-{parts[0]})")
        elif operation.startswith("."):
            texts.append(f"{parts[0]}{operation}({', '.join(parts[1:])})")
        elif operation.isidentifier():
            texts.append(f"{operation}({', '.join(parts)})")
        else:
            texts.append(f"({f' {operation} '.join(parts)})")
    return texts[-1] if texts else "nothing"
