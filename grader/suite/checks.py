"""Checks on plain data: exact shape first, then kind, finiteness, values; each failure is a sentence for the
student.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np

from grader.suite.diagnosis import diagnose, diagnose_shape
from grader.suite.failures import Crashed, NotAttempted, StudentFailure
from grader.suite.remote_student import Handle, Ref
from grader.suite.sentences import difference, not_finite, number

CHANGED = "work on a copy instead of changing the argument"
KINDS = {
    "str": "the text",
    "int": "the number",
    "float": "the number",
    "list": "the list",
    "tuple": "the tuple",
    "dict": "the dict",
}
COMPLEX = "was the root or the power of a negative number taken?"
FloatArray = np.ndarray[Any, np.dtype[np.float64]]


class Mismatch(AssertionError):
    """An answer that is not the right one; `diagnosis` is the mistake it looks like, or empty.

    `got` and `want` are two arrays of one shape where `close` has compared them entry by entry; only pictures
    use them.
    """

    def __init__(
        self, message: str, diagnosis: str = "", got: FloatArray | None = None, want: FloatArray | None = None
    ) -> None:
        super().__init__(message)
        self.diagnosis = diagnosis
        self.got, self.want = got, want


def close(
    got: Any,
    want: Any,
    *,
    rtol: float = 1e-6,
    atol: float = 1e-8,
    mistakes: Mapping[str, Any] | None = None,
    what: str = "",
) -> None:
    """Fail unless `got` has exactly the shape of `want` and agrees within `atol + rtol·|want|`.

    Args:
        mistakes: sentence → the value that this misconception would have given; the one that fits is named.
        what: what is compared, where the call alone does not say it; "… after the call" is an argument that
        was changed.

    Raises:
        Mismatch: with shapes, or the worst entry, got and expected.
    """
    wanted = np.asarray(want, dtype=np.float64)
    have = _numeric(got, what)
    subject = f"{what}: " if what else ""
    if have.shape != wanted.shape:
        raise Mismatch(
            f"{subject}{_wrong_shape(have.shape, wanted.shape)}", diagnose_shape(have, wanted, mistakes)
        )
    if not np.all(np.isfinite(have) | ~np.isfinite(wanted)):
        sentence, question = not_finite(have, wanted)
        raise Mismatch(subject + sentence, question, have, wanted)
    with np.errstate(all="ignore"):
        error = np.where((have == wanted) | (np.isnan(have) & np.isnan(wanted)), 0.0, np.abs(have - wanted))
        excess = np.where(error == 0, 0.0, error - (atol + rtol * np.abs(wanted)))
        excess[...] = np.where(np.isfinite(wanted) | (error == 0), excess, np.inf)
    if not excess.size or not np.any(excess > 0):
        return
    changed = what.endswith(" after the call")  # of an argument, which is compared with what it was before
    diagnosis = CHANGED if changed else diagnose(have, wanted, mistakes or {}, rtol, atol)
    raise Mismatch(subject + difference(have, wanted, excess), diagnosis, have, wanted)


def scalar(got: Any, what: str = "the answer") -> float:
    """A Python number, NumPy scalar or 0-d array as a float."""
    have = _numeric(got, what)
    if have.shape != ():
        likely = diagnose_shape(have, np.full((), np.nan))
        raise Mismatch(f"{what} must be a single number, but is {_shape(have.shape)}.", likely)
    return float(have)


def array(got: Any, shape: tuple[int, ...] | None = None, what: str = "the answer") -> FloatArray:
    """An array or nested list as float64, of exactly `shape` if one is given."""
    have = _numeric(got, what)
    if shape is not None and have.shape != tuple(shape):
        likely = diagnose_shape(have, np.full(shape, np.nan))
        raise Mismatch(f"{what}: {_wrong_shape(have.shape, tuple(shape))}", likely)
    return have


def boolean(got: Any, want: Any, what: str = "") -> None:
    """Fail unless `got` is `want` entry by entry; bools, 0/1 ints and 0/1 floats are all good."""
    have, wanted = _numeric(got, what), np.asarray(want, dtype=bool)
    if len(strange := have[(have != 0) & (have != 1)]):
        raise Mismatch(
            f"{what + ': ' if what else ''}expected only true or false (or 1 and 0), got {number(strange[0])}."
        )
    close(have, wanted.astype(np.float64), atol=0, rtol=0, what=what)


def pair(got: Any, n: int = 2) -> tuple[Any, ...]:
    """The `n` parts of a tuple or list."""
    if isinstance(got, Handle) or got is None or not isinstance(got, (tuple, list, np.ndarray)):
        raise Mismatch(f"expected {n} values (a tuple), got {_describe(got)}.", _none_diagnosis(got))
    if isinstance(got, np.ndarray) and got.ndim == 0:
        raise Mismatch(f"expected {n} values (a tuple), got a single number.")
    if len(got) != n:
        raise Mismatch(f"expected {n} values (a tuple), got {len(got)}.")
    return tuple(got)


def pure(function: Ref, *args: Any) -> Any:
    """Call twice on the same inputs: fails if an argument was changed or the second answer differs; the
    answer.

    Raises:
        Mismatch: the function changed its input, or is not reproducible.
    """
    answer, after = function.with_arguments(*args)
    for before, now in zip(args, after, strict=False):
        if isinstance(before, np.ndarray) and not np.array_equal(before, np.asarray(now), equal_nan=True):
            raise Mismatch("the function changed its input array.", CHANGED)
    again = function(*args)
    if not _same(answer, again):
        raise Mismatch(
            "calling the function twice on the same input gave two different answers.",
            "does it draw random numbers, or keep something from one call to the next?",
        )
    return answer


def expect_error(function: Ref, *args: Any, kinds: tuple[str, ...] = ("ValueError",)) -> None:
    """Fail unless the call raises one of the exceptions named in `kinds`."""
    try:
        got = function(*args)
    except Crashed as crashed:
        if set(kinds) & set(crashed.kinds):
            return
        raise
    raise Mismatch(f"expected {' or '.join(kinds)}, but the call returned {_describe(got)}.")


def not_attempted(sentence: str = "not attempted yet") -> NoReturn:
    """Say that this question has not been tried: no points, and no reproach."""
    raise NotAttempted(sentence)


def _numeric(got: Any, what: str) -> FloatArray:
    subject = f"{what}: " if what else ""
    if got is None or isinstance(got, (Handle, str, dict, bytes)):
        raise Mismatch(f"{subject}expected numbers, got {_describe(got)}.", _none_diagnosis(got))
    try:
        have = np.asarray(got)
        if have.dtype.kind == "c":
            raise Mismatch(f"{subject}expected real numbers, got complex ones.", COMPLEX)
        if have.dtype.kind in "biuf":
            return have.astype(np.float64)
    except (ValueError, TypeError, StudentFailure, OverflowError):
        pass
    raise Mismatch(f"{subject}expected numbers, got {_describe(got)}.", _kind_diagnosis(got))


def _same(one: Any, two: Any) -> bool:
    if isinstance(one, (tuple, list)) and isinstance(two, (tuple, list)):
        return len(one) == len(two) and all(map(_same, one, two))
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(_same(one[key], two[key]) for key in one)
    if isinstance(one, Handle) or isinstance(two, Handle):
        return True
    try:
        return np.allclose(one, two, rtol=1e-12, atol=1e-15, equal_nan=True)
    except (TypeError, ValueError):
        return type(one) is type(two) and repr(one) == repr(two)


def _describe(got: Any) -> str:
    if got is None:
        return "None"
    if isinstance(got, Handle):
        return f"an object of type {got._ref.kind}"
    text = repr(got)
    kind = KINDS.get(type(got).__name__, f"the {type(got).__name__}")
    return f"{kind} {text if len(text) < 60 else text[:57] + '…'}"


def _none_diagnosis(got: Any) -> str:
    return "nothing was returned: did you forget `return`?" if got is None else ""


def _kind_diagnosis(got: Any) -> str:
    parts = got if isinstance(got, (list, tuple)) else []
    if any(part is None for part in parts):
        return "one of the entries is None: did a function forget its `return`?"
    if len({len(part) for part in parts if isinstance(part, (list, tuple))}) > 1:
        return "the rows have different lengths"
    return ""


def _wrong_shape(have: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    return f"wrong shape: got {_shape(have)}, expected {_shape(wanted)}."


def _shape(shape: tuple[int, ...]) -> str:
    return f"an array of shape {shape}" if shape else "a single number"
