"""Say which mistake a wrong numeric answer looks like; silent unless an explanation fits every entry.

A general explanation needs evidence: at least three entries that differ in size, none of them 0. A
coincidence of one number with "twice the right one" is no proof, so of a single number nothing is said but
what the test itself foresaw, a flipped sign, and what rounding leaves behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
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


def diagnose(got: Array, want: Array, mistakes: Mapping[str, Any], rtol: float, atol: float) -> str:
    """The sentence of the one mistake that explains `got` in every entry, or ""; both have the same shape."""

    def fits(other: Any) -> bool:
        other = np.asarray(other, dtype=np.float64)
        if other.shape != got.shape or not got.size:
            return False
        return bool(np.allclose(got, other, rtol=max(rtol, 1e-9), atol=atol)) and not np.allclose(
            other, want, rtol=rtol, atol=atol
        )

    for sentence, value in mistakes.items():
        if fits(value):
            return sentence
    if not got.size or not np.any(want) or not np.all(np.isfinite(got) & np.isfinite(want)):
        return ""
    with np.errstate(all="ignore"):
        if precision := _precision(got, want):
            return precision
        if not got.ndim:
            return "the sign is flipped" if _telling(want) and fits(-want) else ""
        return next((sentence for sentence, value in _general(got, want) if fits(value)), "") or _ratio(
            got, want, rtol
        )


def diagnose_shape(got: Array, want: Array, mistakes: Mapping[str, Any] | None = None) -> str:
    """What may have led to the wrong shape, or "": certain where the numbers prove it, a question where they
    do not.
    """
    for sentence, value in (mistakes or {}).items():
        if got.size and _near(got, np.asarray(value, dtype=np.float64)):
            return sentence
    with np.errstate(all="ignore"):
        if got.size == 1 and not want.ndim:
            return "this is an array with one entry: a single number is asked for"
        if got.ndim == 2 and got.shape == want.shape[::-1] and _near(got.T, want):
            return "the axes are swapped: this is the transpose of the right answer"
        if want.ndim == 2 and got.shape == np.diagonal(want).shape and _near(got, np.diagonal(want)):
            return "these are the entries of the diagonal alone: the whole matrix is asked for"
        if got.size == want.size and _without_ones(got) == _without_ones(want):
            if got.ndim > want.ndim:
                return "there is an extra axis of length 1: was `keepdims` used, or a vector made into a column or a row?"
            return (
                "an axis of length 1 is missing or in another place: is a `keepdims` or a `reshape` needed?"
            )
        if got.size == want.size > 1 and _near(got.ravel(), want.ravel()):
            return "the numbers are right and in the right order, only their shape is not"
        return _reduced(got, want) or _unreduced(got, want) or _one_off(got, want)


def _unreduced(got: Array, want: Array) -> str:
    """Something was to be summed, and was not."""
    if got.size and not want.ndim and _telling(want):
        for reduce, words in ((np.sum, "their sum"), (np.mean, "their mean")):
            if _near(reduce(got), want):
                return f"one number is asked for: {words} is it, but not taken yet"
        if got.ndim == 1 and _near(got[-1], want):
            return "the last entry is the right answer; the others are steps on the way to it"
    if not want.ndim:
        return ""
    axes = [axis for axis in range(got.ndim) if got.shape[:axis] + got.shape[axis + 1 :] == want.shape]
    for axis in axes if got.size else []:
        for reduce, words in ((np.sum, "sum"), (np.mean, "mean")):
            if want.size and _near(reduce(got, axis=axis), want):
                return f"the {words} over axis {axis} is missing: the numbers are right, but not put together yet"
    if len(axes) == 1:
        return f"there is an axis too many (axis {axes[0]}): should something be summed over it?"
    return ""


def _reduced(got: Array, want: Array) -> str:
    """Something was summed that was to stay apart."""
    if not got.ndim and want.size > 1:
        return "one number was returned for all entries: each has its own. Was everything summed?"
    for axis in range(want.ndim if got.ndim == want.ndim - 1 else 0):
        if (
            want.shape[axis] > 1
            and got.shape == want.sum(axis=axis).shape
            and _near(got, want.sum(axis=axis))
        ):
            return f"the entries are summed over axis {axis}, but each is asked for by itself"
    return ""


def _one_off(got: Array, want: Array) -> str:
    """The right rows, and one more or one less at an end."""
    if (
        got.ndim != want.ndim
        or not got.ndim
        or got.shape[1:] != want.shape[1:]
        or abs(len(got) - len(want)) != 1
    ):
        return ""
    more, less = (got, want) if len(got) > len(want) else (want, got)
    what = "one too many" if more is got else "missing"
    ends = [
        end
        for end, part in (("first", more[1:]), ("last", more[:-1]))
        if less.size >= 2 and _near(part, less)
    ]
    return f"the {ends[0]} entry is {what}, the others are right" if ends else ""


def _general(got: Array, want: Array) -> Iterator[tuple[str, Any]]:
    """Sentence and value of what goes wrong in any exercise; where there is not enough evidence, none."""
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


def _moved(got: Array, want: Array) -> Iterator[tuple[str, Any]]:
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


def _ratio(got: Array, want: Array, rtol: float) -> str:
    """Every entry is the right one times the same number."""
    there = want != 0
    if not _telling(want) or np.any(got[~there]):
        return ""
    ratios = got[there] / want[there]
    ratio = float(np.median(ratios))
    if (
        not ratio
        or not np.allclose(ratios, ratio, rtol=max(rtol, 1e-9), atol=0)
        or abs(ratio - 1) <= 10 * rtol
    ):
        return ""
    rows, near = want.shape[0], max(10 * rtol, 1e-9)
    many, few = rows > 2 and abs(ratio / rows - 1) < near, rows > 2 and abs(ratio * rows - 1) < near
    words = next((words for factor, words in RATIOS.items() if abs(ratio / factor - 1) < near), "")
    if many:
        return f"every entry is exactly {rows}× the right one, and there are {rows} rows: a sum where a mean is asked for?"
    if few:
        return f"every entry is 1/{rows} of the right one: divided by the number of rows ({rows}) once too often?"
    if words:
        return f"every entry is exactly {words} the right one: look for a constant factor"
    return f"every entry is the right one times the same number ({ratio:.4g}): a factor is missing, or one too many"


def _precision(got: Array, want: Array) -> str:
    """Rounded to whole numbers, or to float32; a number by chance on either grid is one in millions."""
    fraction = np.abs(want - np.round(want)) > 1e-3
    if np.all(got == np.round(got)) and np.any(got) and len(np.unique(want[fraction])) >= ENOUGH:
        for grid in (np.trunc, np.round, np.floor):
            if np.array_equal(got, grid(want)):
                return "these look rounded to whole numbers: was an array of integers filled, or `//` used?"
    rough = want != np.float32(want)
    single = got == got.astype(np.float32)
    if (
        np.all(single)
        and np.any(rough)
        and np.all(np.abs(got - want) <= 3e-6 * np.max(np.abs(want)))
        and np.any(got)
    ):
        return "the numbers have the precision of float32 only: half of the digits are lost on the way"
    return ""


def _telling(want: Array) -> bool:
    """Whether a coincidence with these numbers is no accident: enough sizes, or one that is no simple
    fraction.
    """
    sizes = np.abs(want[np.abs(want) > 1e-12]) if want.ndim else np.abs(want).reshape(1)
    if want.ndim:
        return len(np.unique(sizes.round(9))) >= ENOUGH
    return bool(abs(sizes[0] * 12 - np.round(sizes[0] * 12)) > 1e-6)


def _near(one: Any, two: Any) -> bool:
    return np.shape(one) == np.shape(two) and bool(np.allclose(one, two, rtol=1e-6, atol=1e-8))


def _without_ones(array: Array) -> tuple[int, ...]:
    return tuple(n for n in array.shape if n != 1)
