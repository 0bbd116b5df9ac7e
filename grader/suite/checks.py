"""Checks on plain data: exact shape first, then kind, finiteness, values; each failure is a sentence."""

import math
import reprlib
from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grader.sandbox.inside.codec import MAX_ENTRIES
from grader.suite.diagnosis import diagnose, diagnose_shape
from grader.suite.exceptions import FORGOT_RETURN, Crashed, NotAttempted, too_large
from grader.suite.remote_student import Handle, Remote
from grader.suite.sentences import FloatArray, difference, none_parts, not_finite, number

CHANGED = "work on a copy instead of changing the argument"
COMPLEX = "was the root or the power of a negative number taken?"
UNREPEATABLE = "does it draw random numbers, or keep something from one call to the next?"
NUMBERS = (bool, int, float, complex, np.generic, np.ndarray)
PLAIN = frozenset(NUMBERS[:4])
BRIEFLY = reprlib.Repr()
BRIEFLY.maxlist = BRIEFLY.maxtuple = BRIEFLY.maxdict = 20
BRIEFLY.maxstring = BRIEFLY.maxlong = BRIEFLY.maxother = 60
WORDS = {"str": "text", "int": "number", "float": "number"}  # for types of plain data


class Mismatch(AssertionError):
    """A wrong answer; `diagnosis` is the mistake it looks like, or empty.

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
    got: object,
    want: ArrayLike,
    *,
    rtol: float = 1e-6,
    atol: float = 1e-8,
    mistakes: Mapping[str, ArrayLike] | None = None,
    what: str = "",
) -> None:
    """Fail unless `got` has exactly the shape of `want` and agrees within `atol + rtol·|want|`.

    Args:
        mistakes: sentence → the value that this misconception would have given; the one that fits is named.
        what: what is compared, if the call alone does not say it; "… after the call" means an argument that
            must not have changed.

    Raises:
        Mismatch: with shapes, or the worst entry, got and expected.
    """
    wanted = np.asarray(want, dtype=np.float64)
    have = numeric(got, what)
    subject = f"{what}: " if what else ""
    if have.shape != wanted.shape:
        likely = diagnose_shape(have, wanted, mistakes or {})
        raise Mismatch(f"{subject}{_wrong_shape(have.shape, wanted.shape)}", likely)
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
    likely = CHANGED if changed else diagnose(have, wanted, mistakes or {}, rtol, atol)
    raise Mismatch(subject + difference(have, wanted, excess), likely, have, wanted)


def scalar(got: object, what: str = "the answer") -> float:
    """A Python number, NumPy scalar or 0-d array as a float."""
    have = numeric(got, what)
    if have.shape != ():
        likely = diagnose_shape(have, np.full((), np.nan))
        raise Mismatch(f"{what} must be a single number, but is {_shape(have.shape)}.", likely)
    return float(have)


def array(
    got: object, shape: tuple[int, ...] | None = None, what: str = "the answer", most: int = MAX_ENTRIES
) -> FloatArray:
    """An array or nested list as float64, of exactly `shape` if one is given.

    Args:
        most: how many entries it may have, where several sizes are right.
    """
    have = numeric(got, what, most)
    if shape is not None and have.shape != tuple(shape):
        likely = diagnose_shape(have, np.full(shape, np.nan))
        raise Mismatch(f"{what}: {_wrong_shape(have.shape, tuple(shape))}", likely)
    return have


def boolean(got: object, want: ArrayLike, what: str = "") -> None:
    """Fail unless `got` is `want` entry by entry; bools, 0/1 ints and 0/1 floats are all accepted."""
    have, wanted = numeric(got, what), np.asarray(want, dtype=bool)
    if len(strange := have[(have != 0) & (have != 1)]):
        subject = f"{what}: " if what else ""
        raise Mismatch(f"{subject}expected only true or false (or 1 and 0), got {number(strange[0])}.")
    close(have, wanted.astype(np.float64), atol=0, rtol=0, what=what)


def pair(got: object, n: int = 2) -> tuple[Any, ...]:
    """The `n` parts of a tuple or list."""
    if not isinstance(got, (tuple, list, np.ndarray)):
        raise Mismatch(f"expected {n} values (a tuple), got {_describe(got)}.", _none_diagnosis(got))
    if isinstance(got, np.ndarray) and got.ndim == 0:
        raise Mismatch(f"expected {n} values (a tuple), got a single number.")
    if len(got) != n:
        raise Mismatch(f"expected {n} values (a tuple), got {len(got)}.")
    return tuple(got)


def pure(function: Remote, *args: object) -> Any:
    """Call twice with the same inputs, and return the answer: no array may change, both answers must agree.

    Raises:
        Mismatch: the function changed its input, or is not reproducible.
    """
    answer, after = function.with_arguments(*args)
    for before, now in zip(args, after, strict=False):
        if isinstance(before, np.ndarray) and not _same(before, now, 0.0):
            raise Mismatch("the function changed its input array.", CHANGED)
    if not _same(answer, function(*args)):
        raise Mismatch(
            "calling the function twice on the same input gave two different answers.", UNREPEATABLE
        )
    return answer


def unchanged(function: Remote, *args: object, want: object) -> None:
    """Fail if the right answer `want` comes with a changed argument, or does not come again.

    It judges nothing else: an answer with other values is charged by the tests of the values, not here too.

    Args:
        want: an array or a number, or a tuple or dict of them where the answer is one.

    Raises:
        Mismatch: the function changed an argument, is not reproducible, or gave nothing of the right shape.
    """
    answer, after = function.with_arguments(*args)
    if not _agrees(answer, want):
        return
    if not all(callable(old) or _same(old, now, 0.0) for old, now in zip(args, after, strict=False)):
        raise Mismatch("the function changed an array that it was given.", CHANGED)
    if not _agrees(function(*args), want):
        raise Mismatch(
            "calling the function twice on the same input gave two different answers.", UNREPEATABLE
        )


def _agrees(answer: object, want: Any) -> bool:
    """Whether an answer of the right form has the right values.

    Raises:
        Mismatch: it has another form.
    """
    if isinstance(want, dict):
        if not isinstance(answer, dict) or not want.keys() <= answer.keys():
            raise Mismatch(f"expected a dict with the keys {', '.join(want)}, got {_describe(answer)}.")
        parts = [_agrees(answer[key], part) for key, part in want.items()]  # the form of each counts
        return all(parts)
    if isinstance(want, tuple):
        parts = [_agrees(*both) for both in zip(pair(answer, len(want)), want, strict=True)]
        return all(parts)
    try:
        close(answer, want)
    except Mismatch as wrong:
        if wrong.got is None:  # what it looks like is said where the values are judged
            raise Mismatch(str(wrong)) from None
        return False
    return True


def expect_error(function: Remote, *args: object, kinds: tuple[str, ...] = ("ValueError",)) -> None:
    """Fail unless the call raises one of the exceptions named in `kinds`."""
    try:
        got = function(*args)
    except Crashed as crashed:
        if set(kinds) & set(crashed.kinds):
            return
        raise
    raise Mismatch(f"expected {' or '.join(kinds)}, but the call returned {_describe(got)}.")


def not_attempted(sentence: str = "not attempted yet") -> NoReturn:
    """End the test as not attempted: no points, and no reproach."""
    raise NotAttempted(sentence)


def numeric(got: object, what: str, most: int = MAX_ENTRIES) -> FloatArray:
    """Real numbers of any kind, as float64, at most so many; it is the one way from an answer to an array.

    Raises:
        Mismatch: they are not numbers, or not real, or too many.
    """
    subject = f"{what}: " if what else ""
    if got is None or isinstance(got, (Handle, str, dict, bytes)):
        raise Mismatch(f"{subject}expected numbers, got {_describe(got)}.", _none_diagnosis(got))
    try:
        if _numbers_in(got) > most:
            raise Mismatch(f"{subject}got {too_large(f'more than {most:,} numbers')}.")
        have = np.asarray(got)
        if have.dtype.kind == "c":
            raise Mismatch(f"{subject}expected real numbers, got complex ones.", COMPLEX)
        if have.dtype.kind in "biuf":
            return have.astype(np.float64)
    except (ValueError, TypeError, OverflowError):
        pass
    raise Mismatch(f"{subject}expected numbers, got {_describe(got)}.", _kind_diagnosis(got))


def _numbers_in(value: object) -> int:
    """How many numbers there are in an array, a number, or lists of them, however nested.

    Raises:
        TypeError: something else is among them, of which NumPy would make text or objects.
    """
    if isinstance(value, (list, tuple)):
        return len(value) if PLAIN.issuperset(map(type, value)) else sum(map(_numbers_in, value))
    if isinstance(value, Handle) or not (isinstance(value, NUMBERS) or hasattr(value, "__array__")):
        raise TypeError("not a number")
    return math.prod(getattr(value, "shape", ()))


def _same(one: Any, two: Any, rtol: float = 1e-12) -> bool:
    """Whether two answers agree, in time proportional to their size; objects are not compared."""
    if isinstance(one, Handle) or isinstance(two, Handle):
        return True
    if isinstance(one, (list, tuple)) and isinstance(two, (list, tuple)):
        return len(one) == len(two) and all(_same(*parts, rtol) for parts in zip(one, two, strict=True))
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(_same(one[key], two[key], rtol) for key in one)
    one, two = (part.item() if isinstance(part, np.generic) else part for part in (one, two))
    if type(one) is float and type(two) is float:
        return math.isclose(one, two, rel_tol=rtol, abs_tol=rtol / 1000) or (one != one and two != two)
    if isinstance(one, np.ndarray) and isinstance(two, np.ndarray) and _identical(one, two):
        return True
    try:
        if _numbers_in(one) == _numbers_in(two) and np.shape(one) == np.shape(two):
            have, wanted = np.asarray(one) * 1.0, np.asarray(two) * 1.0
            with np.errstate(all="ignore"):  # a fifth of the time of np.allclose, for many small arrays
                near = np.abs(have - wanted) <= rtol / 1000 + rtol * np.abs(wanted)
            return bool(np.all(near | (have == wanted) | (have != have) & (wanted != wanted)))
    except (TypeError, ValueError, OverflowError):
        return type(one) is type(two) and bool(one == two)
    return False


def _identical(one: NDArray[np.generic], two: NDArray[np.generic]) -> bool:
    """Whether two arrays have the same bytes, as the answers of nearly all functions have."""
    return one.dtype == two.dtype and one.shape == two.shape and one.tobytes() == two.tobytes()


def _describe(got: object) -> str:
    if got is None:
        return "None"
    if isinstance(got, Handle):
        return f"an object of type {got._ref.kind}"
    text, kind = BRIEFLY.repr(got), type(got).__name__
    cut = len(text) >= 60 or isinstance(got, (list, tuple, dict)) and len(got) > BRIEFLY.maxlist
    length = f" ({len(got)} entries)" if cut and isinstance(got, (list, tuple, dict)) else ""
    return f"the {WORDS.get(kind, kind)} {text if len(text) < 60 else text[:57] + '…'}{length}"


def _none_diagnosis(got: object) -> str:
    return FORGOT_RETURN if got is None else ""


def _kind_diagnosis(got: object) -> str:
    parts = got if isinstance(got, (list, tuple)) else []
    if still := none_parts(parts):
        return still
    if len({len(part) for part in parts if isinstance(part, (list, tuple))}) > 1:
        return "the rows have different lengths"
    return ""


def _wrong_shape(have: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    return f"wrong shape: got {_shape(have)}, expected {_shape(wanted)}."


def _shape(shape: tuple[int, ...]) -> str:
    return f"an array of shape {shape}" if shape else "a single number"
