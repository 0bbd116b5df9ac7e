"""Sentences for students: what a test asks for, and a wrong array in a few words and numbers."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
LOCAL_ONLY = "the upstream gradient is missing: this is only the local derivative"
NAN = "nan comes from 0/0, ∞/∞, ∞ − ∞ or 0·∞: did an exponential overflow, or a division or logarithm meet 0?"
INFINITY = (
    "infinity: did an exponential overflow, or was something divided by 0, or the logarithm of 0 taken?"
)
MINUS_INFINITY = "minus infinity: was the logarithm of 0 taken, or something divided by 0?"


def summary_of(test: object) -> str:
    """The sentence that a student reads of a test: the first paragraph of its docstring."""
    text = (test.__doc__ or "").strip()
    return " ".join(text.split("\n\n")[0].split())


def difference(got: FloatArray, want: FloatArray, excess: FloatArray) -> str:
    """The worst entry's index, got, expected, how far off, how many differ, and up to 3×3 entries around it.

    Args:
        excess: by how much each entry is over the tolerance; entries at or below 0 are within it.
    """
    worst = _largest(excess)
    have, wanted, wrong = float(got[worst]), float(want[worst]), int(np.sum(excess > 0))
    notes = [far_off(have, wanted)] if np.isfinite(have) and np.isfinite(wanted) else []
    if got.size > 1:
        notes.append(f"{'all' if wrong == got.size else wrong} of {got.size} entries differ")
    note = f" ({'; '.join(notes)})" if notes else ""
    digits = 6 if number(have) != number(wanted) else 12
    shown, expected = number(have, digits), number(wanted, digits)
    return f"got {shown}{at(worst)}, expected {expected}{note}.{neighbourhood(got, want, worst)}"


def not_finite(got: FloatArray, want: FloatArray) -> tuple[str, str]:
    """The sentence for NaN or infinity where a number is expected, and a question about what led to it."""
    wrong = ~np.isfinite(got) & np.isfinite(want)
    first = _largest(wrong)
    value, expected = float(got[first]), number(float(want[first]))
    shown = "nan (not a number)" if np.isnan(value) else number(value)
    count = f" ({int(np.sum(wrong))} of {got.size} entries not finite)" if got.size > 1 else ""
    text = f"got {shown}{at(first)}, expected {expected}{count}.{neighbourhood(got, want, first)}"
    question = NAN if np.any(np.isnan(got[wrong])) else MINUS_INFINITY if np.all(got[wrong] < 0) else INFINITY
    return text, question


def far_off(have: float, wanted: float) -> str:
    """The relative error, or the absolute one if 0 is expected."""
    error = abs(have - wanted)
    return f"relative error {error / abs(wanted):.2g}" if wanted else f"absolute error {error:.2g}"


def neighbourhood(got: FloatArray, want: FloatArray, worst: tuple[int, ...]) -> str:
    """At most 3×3 entries with the worst among them, one row per line; "" for a single number."""
    if got.size < 2:
        return ""
    window = [_around(i, size) for i, size in zip(worst[-2:], got.shape[-2:], strict=True)]
    part: tuple[int | slice, ...] = (*worst[:-2], *(slice(*span) for span in window))
    have, wanted = np.atleast_2d(got[part]), np.atleast_2d(want[part])
    width = max(len(number(value, 4)) for value in (*have.flat, *wanted.flat))
    rows = [(_row(one, width), _row(two, width)) for one, two in zip(have, wanted, strict=True)]
    spans = [str(i) for i in worst[:-2]] + [f"{low}:{high}" for low, high in window]
    head = "the whole answer" if have.size == got.size else f"the part [{', '.join(spans)}]"
    if len(rows) == 1:
        return f"\n{head}:\n  got       {rows[0][0]}\n  expected  {rows[0][1]}"
    left = max(len(rows[0][0]), 3)
    lines = [f"  {'got'.ljust(left)}    expected", *(f"  {one}    {two}" for one, two in rows)]
    return "\n".join([f"\n{head}:", *lines])


def at(index: tuple[int, ...]) -> str:
    """` at [1, 2]`, or nothing for a single number."""
    return f" at [{', '.join(map(str, index))}]" if index else ""


def none_parts(answer: object) -> str:
    """Which parts of an answer are still None: "the third part is still None"; "" if none is."""
    if isinstance(answer, dict):
        names = [f"`{str(key)[:40]}`" for key, part in answer.items() if part is None]
    elif isinstance(answer, (list, tuple)):
        names = [f"the {ordinal(n)} part" for n, part in enumerate(answer) if part is None]
    else:
        return ""
    if len(names) > 3 or (len(names) == len(answer) > 1):
        return f"{len(names)} of {len(answer)} parts are still None"
    listed = " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
    return f"{listed} {'is' if len(names) == 1 else 'are'} still None" if names else ""


def ordinal(place: int) -> str:
    """`first` for 0; from the tenth on, a number."""
    words = "first second third fourth fifth sixth seventh eighth ninth".split()
    return words[place] if 0 <= place < len(words) else f"{place + 1}th"


def number(value: float, digits: int = 6) -> str:
    """The number with so many significant digits."""
    return f"{value:.{digits}g}"


def _largest(values: NDArray[np.bool_] | FloatArray) -> tuple[int, ...]:
    """The index of the first entry that is true, or the largest."""
    return tuple(int(i) for i in np.unravel_index(np.argmax(values), values.shape))


def _row(values: FloatArray, width: int) -> str:
    return "  ".join(number(value, 4).rjust(width) for value in values)


def _around(index: int, size: int) -> tuple[int, int]:
    low = max(0, min(index - 1, size - 3))
    return low, min(size, low + 3)
