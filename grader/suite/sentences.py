"""A wrong array in a few words and numbers: the worst entry, and what lies around it, got beside expected."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def difference(got: Array, want: Array, excess: Array) -> str:
    """Index of the worst entry, got, expected, how far off, how many differ, and up to 3×3 entries around it.

    Args:
        excess: by how much each entry is over the tolerance; not over it where this is not above 0.
    """
    worst = np.unravel_index(int(np.argmax(excess)), excess.shape)
    have, wanted, wrong = float(got[worst]), float(want[worst]), int(np.sum(excess > 0))
    parts = [far_off(have, wanted)] if np.isfinite(have) and np.isfinite(wanted) else []
    if got.size > 1:
        parts.append(f"{'all' if wrong == got.size else wrong} of {got.size} entries differ")
    notes = f" ({'; '.join(parts)})" if parts else ""
    digits = 6 if number(have) != number(wanted) else 12
    shown, expected = number(have, digits), number(wanted, digits)
    return f"got {shown}{at(worst)}, expected {expected}{notes}.{neighbourhood(got, want, worst)}"


def not_finite(got: Array, want: Array) -> tuple[str, str]:
    """The sentence for NaN and infinity where numbers are wanted, and the question what may have led to them."""
    wrong = ~np.isfinite(got) & np.isfinite(want)
    first = tuple(np.argwhere(wrong)[0])
    value = float(got[first])
    name = "nan (not a number)" if np.isnan(value) else number(value)
    count = f" ({int(np.sum(wrong))} of {got.size} entries not finite)" if got.size > 1 else ""
    expected = number(float(want[first]))
    around = neighbourhood(got, want, first)
    text = f"got {name}{at(first)}, expected {expected}{count}.{around}"
    if np.any(np.isnan(got[wrong])):
        return (
            text,
            "nan comes from 0/0, ∞/∞, ∞ − ∞ or 0·∞: did an exponential overflow, or a division or logarithm meet 0?",
        )
    if np.all(got[wrong] < 0):
        return text, "minus infinity: was the logarithm of 0 taken, or something divided by 0?"
    return (
        text,
        "infinity: did an exponential overflow, or was something divided by 0, or the logarithm of 0 taken?",
    )


def far_off(have: float, wanted: float) -> str:
    """The relative error, or the absolute one where 0 is wanted."""
    error = abs(have - wanted)
    return f"relative error {error / abs(wanted):.2g}" if wanted else f"absolute error {error:.2g}"


def neighbourhood(got: Array, want: Array, worst: Any) -> str:
    """At most 3×3 entries with the worst among them, a line a row, "" for a single number."""
    if got.size < 2:
        return ""
    place = [int(i) for i in worst]
    window = [_around(i, n) for i, n in zip(place[-2:], got.shape[-2:], strict=True)]
    here: tuple[Any, ...] = (*place[:-2], *(slice(*span) for span in window))
    one, two = np.atleast_2d(got[here]), np.atleast_2d(want[here])
    width = max(len(_brief(value)) for value in (*one.flat, *two.flat))
    spans = [str(i) for i in place[:-2]] + [f"{low}:{high}" for low, high in window]
    head = "the whole answer" if one.size == got.size else f"the part [{', '.join(spans)}]"
    if len(one) == 1:
        return f"\n{head}:\n  got       {_row(one[0], width)}\n  expected  {_row(two[0], width)}"
    gap = " " * 4
    left = max(len(_row(one[0], width)), 3)
    lines = [f"  {_row(a, width)}{gap}{_row(b, width)}" for a, b in zip(one, two, strict=True)]
    return f"\n{head}:\n  {'got'.ljust(left)}{gap}expected\n" + "\n".join(lines)


def at(index: Any) -> str:
    """`at [1, 2]`, or nothing for a single number."""
    place = tuple(int(i) for i in index)
    return f" at [{', '.join(map(str, place))}]" if place else ""


def number(value: Any, digits: int = 6) -> str:
    """Six significant digits, or as many as it takes."""
    return f"{float(value):.{digits}g}"


def _around(index: int, size: int) -> tuple[int, int]:
    low = max(0, min(index - 1, size - 3))
    return low, min(size, low + 3)


def _row(values: Array, width: int) -> str:
    return "  ".join(_brief(value).rjust(width) for value in values)


def _brief(value: Any) -> str:
    return f"{float(value):.4g}"
