"""Say which mistake a wrong numeric answer looks like, but only if an explanation fits every entry.

A general explanation needs evidence: at least three entries that differ in size, none of them 0. One number
that happens to be twice the right one proves nothing, so about a single number only what the test itself
foresaw, a flipped sign, and the traces of rounding are mentioned.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import ArrayLike

from grader.suite.sentences import FloatArray

ENOUGH = 3
RATIOS = {
    2.0: "2×",
    0.5: "half of",
    4.0: "4×",
    0.25: "a quarter of",
    100.0: "100×",
    0.01: "a hundredth of",
    -2.0: "-2×",
}


def diagnose(
    got: FloatArray, want: FloatArray, mistakes: Mapping[str, ArrayLike], rtol: float, atol: float
) -> str:
    """The sentence of the one mistake that explains `got` in every entry, or ""; both have the same shape."""

    def fits(other: ArrayLike) -> bool:
        other = np.asarray(other, dtype=np.float64)
        if other.shape != got.shape or not got.size:
            return False
        return bool(np.allclose(got, other, rtol=max(rtol, 1e-9), atol=atol)) and not np.allclose(
            other, want, rtol=rtol, atol=atol
        )

    foreseen = next((sentence for sentence, value in mistakes.items() if fits(value)), "")
    if foreseen or not got.size or not np.any(want) or not np.all(np.isfinite(got) & np.isfinite(want)):
        return foreseen
    with np.errstate(all="ignore"):
        if precision := _precision(got, want):
            return precision
        if not got.ndim:
            return "the sign is flipped" if _telling(want) and fits(-want) else ""
        general = next((sentence for sentence, value in _general(got, want) if fits(value)), "")
        return general or _ratio(got, want, rtol)


def diagnose_shape(got: FloatArray, want: FloatArray, mistakes: Mapping[str, ArrayLike] | None = None) -> str:
    """What may have led to the wrong shape, or ""; phrased as a question if the numbers do not prove it."""
    with np.errstate(all="ignore"):
        foreseen = (
            (sentence, got.size > 0 and _near(got, np.asarray(value, dtype=np.float64)))
            for sentence, value in (mistakes or {}).items()
        )
        rules = (
            foreseen,
            _same_numbers(got, want),
            _reduced(got, want),
            _unreduced(got, want),
            _one_off(got, want),
        )
        return next((sentence for rule in rules for sentence, applies in rule if applies), "")


Rules = Iterator[tuple[str, bool]]  # sentences, and whether they apply; the first that does is said


def _same_numbers(got: FloatArray, want: FloatArray) -> Rules:
    """The right numbers, or some of them, in another shape."""
    yield "this is an array with one entry: a single number is asked for", got.size == 1 and not want.ndim
    transposed = got.ndim == 2 and _near(got.T, want)
    yield "the axes are swapped: this is the transpose of the right answer", transposed
    diagonal = want.ndim == 2 and _near(got, np.diagonal(want))
    yield "these are the entries of the diagonal alone: the whole matrix is asked for", diagonal
    ones = got.size == want.size and _without_ones(got) == _without_ones(want)
    extra = (
        "there is an extra axis of length 1: was `keepdims` used, or a vector made into a column or a row?"
    )
    yield extra, ones and got.ndim > want.ndim
    yield "an axis of length 1 is missing or in another place: is a `keepdims` or a `reshape` needed?", ones
    reshaped = got.size == want.size > 1 and _near(got.ravel(), want.ravel())
    yield "the numbers are right and in the right order, only their shape is not", reshaped


def _reduced(got: FloatArray, want: FloatArray) -> Rules:
    """Something was summed that should not have been."""
    lone = not got.ndim and want.size > 1
    yield "one number was returned for all entries: each has its own. Was everything summed?", lone
    for axis in range(want.ndim):
        summed = want.shape[axis] > 1 and _near(got, want.sum(axis=axis))
        yield f"the entries are summed over axis {axis}, but each is asked for by itself", summed


def _unreduced(got: FloatArray, want: FloatArray) -> Rules:
    """Something should have been summed, and was not."""
    if not want.ndim:
        telling = bool(got.size) and _telling(want)
        for reduce, words in ((np.sum, "their sum"), (np.mean, "their mean")):
            yield (
                f"one number is asked for: {words} is it, but not taken yet",
                telling and _near(reduce(got), want),
            )
        steps = telling and got.ndim == 1 and _near(got[-1], want)
        yield "the last entry is the right answer; the others are steps on the way to it", steps
        return
    axes = [axis for axis in range(got.ndim) if got.shape[:axis] + got.shape[axis + 1 :] == want.shape]
    for axis in axes if got.size and want.size else []:
        for reduce, words in ((np.sum, "sum"), (np.mean, "mean")):
            missing = (
                f"the {words} over axis {axis} is missing: the numbers are right, but not put together yet"
            )
            yield missing, _near(reduce(got, axis=axis), want)
    for axis in axes:
        yield f"there is an axis too many (axis {axis}): should something be summed over it?", len(axes) == 1


def _one_off(got: FloatArray, want: FloatArray) -> Rules:
    """The right rows, with one too many or one too few at an end."""
    if (
        got.ndim
        and got.shape[1:] == want.shape[1:]
        and got.ndim == want.ndim
        and abs(len(got) - len(want)) == 1
    ):
        more, less, what = (got, want, "one too many") if len(got) > len(want) else (want, got, "missing")
        for end, part in (("first", more[1:]), ("last", more[:-1])):
            yield f"the {end} entry is {what}, the others are right", less.size >= 2 and _near(part, less)


def _general(got: FloatArray, want: FloatArray) -> Iterator[tuple[str, FloatArray]]:
    """Sentences and values for mistakes of any exercise, as far as there is enough evidence for them."""
    if got.size >= ENOUGH and set(np.unique(want)) == {0.0, 1.0}:
        yield "true and false are the wrong way round", 1 - want
    if np.count_nonzero(want) > 1:
        yield "every entry is 0", np.zeros(want.shape)
    if not _telling(want):
        return
    yield "every sign is flipped", -want
    if want.ndim == 2 and want.shape[0] == want.shape[1]:
        yield "this is the transpose of the right matrix", want.T
    if np.sum(want < 0) > 1 and np.sum(want > 0) > 1:
        yield "the signs are lost: these are the absolute values", np.abs(want)
        yield "where a negative number is right, yours is 0", np.maximum(want, 0)
    yield "these are the squares of the right numbers", want**2
    yield (
        "these are the square roots of the right numbers: is a square missing, or a root too many?",
        np.sqrt(want),
    )
    yield "each entry is 1 divided by the right one", 1 / want
    rows = np.unique(want, axis=0).shape[0]
    if rows >= ENOUGH:
        yield "the order along the first axis is reversed", want[::-1]
        yield "this is a running sum: each entry has the ones before it added", np.cumsum(want, axis=0)
        steps = np.diff(want, axis=0, prepend=0 * want[:1])
        yield "these are the steps from each entry to the next, not yet added up", steps
    difference = got - want
    if _telling(want - want.mean()):
        amount = float(np.median(difference))
        yield f"every entry is too {'large' if amount > 0 else 'small'} by the same amount", want + amount
    if want.ndim == 1 and np.unique(want).size == want.size > ENOUGH:
        yield from _moved(got, want)


def _moved(got: FloatArray, want: FloatArray) -> Iterator[tuple[str, FloatArray]]:
    """The right numbers in other places; only where all are different."""
    wrong = np.flatnonzero(~np.isclose(got, want, rtol=1e-9, atol=1e-12))
    if len(wrong) == 2:
        swapped = want.copy()
        swapped[wrong] = want[wrong[::-1]]
        yield f"two entries have changed places: [{wrong[0]}] and [{wrong[1]}]", swapped
    yield "the right numbers, but sorted", np.sort(want)
    for shift in (1, -1):
        yield "the right numbers, but each one place off", np.roll(want, shift)
    order = np.empty(want.shape)
    order[np.argsort(got, kind="stable")] = np.sort(want)
    yield "the right numbers, but in another order", order


def _ratio(got: FloatArray, want: FloatArray, rtol: float) -> str:
    """Every entry is the right one times the same number."""
    nonzero = want != 0
    if not _telling(want) or np.any(got[~nonzero]):
        return ""
    ratios = got[nonzero] / want[nonzero]
    ratio = float(np.median(ratios))
    if (
        not ratio
        or not np.allclose(ratios, ratio, rtol=max(rtol, 1e-9), atol=0)
        or abs(ratio - 1) <= 10 * rtol
    ):
        return ""
    rows, near = want.shape[0], max(10 * rtol, 1e-9)
    if rows > 2 and abs(ratio / rows - 1) < near:
        several = f"every entry is exactly {rows}× the right one, and there are {rows} rows"
        return f"{several}: a sum where a mean is asked for?"
    if rows > 2 and abs(ratio * rows - 1) < near:
        part = f"every entry is 1/{rows} of the right one"
        return f"{part}: divided by the number of rows ({rows}) once too often?"
    if words := next((words for factor, words in RATIOS.items() if abs(ratio / factor - 1) < near), ""):
        return f"every entry is exactly {words} the right one: look for a constant factor"
    same = f"every entry is the right one times the same number ({ratio:.4g})"
    return f"{same}: a factor is missing, or one too many"


def _precision(got: FloatArray, want: FloatArray) -> str:
    """Rounding to whole numbers or to float32: by chance, one number in millions looks like that."""
    if not np.any(got):
        return ""
    fractions = want[np.abs(want - np.round(want)) > 1e-3]
    whole = len(np.unique(fractions)) >= ENOUGH and np.all(got == np.round(got))
    if whole and any(np.array_equal(got, rounded(want)) for rounded in (np.trunc, np.round, np.floor)):
        return "these look rounded to whole numbers: was an array of integers filled, or `//` used?"
    close = np.abs(got - want) <= 3e-6 * np.max(np.abs(want))
    if np.all(close) and np.all(got == got.astype(np.float32)) and np.any(want != np.float32(want)):
        return "the numbers have the precision of float32 only: half of the digits are lost on the way"
    return ""


def _telling(want: FloatArray) -> bool:
    """Whether agreement with these numbers proves anything: enough sizes, or one that is not simple."""
    if not want.ndim:
        return bool(abs(want * 12 - np.round(want * 12)) > 1e-6)
    sizes = np.abs(want[np.abs(want) > 1e-12])
    return len(np.unique(sizes.round(9))) >= ENOUGH


def _near(one: ArrayLike, two: ArrayLike) -> bool:
    return np.shape(one) == np.shape(two) and bool(np.allclose(one, two, rtol=1e-6, atol=1e-8))


def _without_ones(array: FloatArray) -> tuple[int, ...]:
    return tuple(n for n in array.shape if n != 1)
