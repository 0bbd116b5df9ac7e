"""A wrong answer next to the right one, as a small SVG of our own: heat maps of a matrix, curves of a row."""

import math
from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ENTRIES_FOR_A_CURVE = 8
POINTS_MOST = 400
SIDE_MOST = 40  # rows or columns of a heat map
NUMBERS_MOST = 8  # rows and columns of a heat map that has its numbers written in
YOURS, RIGHT = "#d95f0e", "#2b7bba"  # orange and blue: distinct for any colour vision, on white and on black
BELOW, ZERO, ABOVE = (116, 169, 207), (247, 247, 247), (253, 174, 107)
INK = 'font-family="system-ui,sans-serif" fill="currentColor"'
NUMBER = 'text-anchor="middle" font-family="ui-monospace,monospace" fill="#111"'
WRONG = "#c4002f"


def picture(got: Array, want: Array) -> str:
    """Inline SVG of `got` next to `want`, two arrays of one shape; "" for what no picture makes clearer."""
    if got.shape != want.shape or not np.any(np.isfinite(got)) or not np.any(np.isfinite(want)):
        return ""
    if got.ndim == 2 and min(got.shape) > 1 and max(got.shape) <= SIDE_MOST:
        return _heat_maps(got, want)
    if got.size >= ENTRIES_FOR_A_CURVE and got.size == max(got.shape):
        return _curves(got.reshape(-1), want.reshape(-1))
    return ""


def _heat_maps(got: Array, want: Array) -> str:
    rows, columns = got.shape
    numbers = columns <= NUMBERS_MOST and rows <= NUMBERS_MOST
    cell_width = 56.0 if numbers else max(5.0, 220.0 / max(rows, columns))
    cell_height = 24.0 if numbers else cell_width
    inset = 1.0 if cell_width > 12 else 0.5
    width, height = columns * cell_width, rows * cell_height
    finite = np.concatenate([got[np.isfinite(got)], want[np.isfinite(want)]])
    most = float(np.abs(finite).max()) or 1.0
    wrong = ~np.isclose(got, want, rtol=1e-6, atol=1e-8, equal_nan=True)
    cells, frames = [], []
    for left, title, values in ((2.0, "yours", got), (width + 32, "right", want)):
        cells.append(_text(left, 13, 13, INK, title))
        for (row, column), value in np.ndenumerate(values):
            x, y = left + column * cell_width, 20 + row * cell_height
            look = (
                f'fill="{_colour(float(value), most)}" stroke="#888" stroke-opacity="0.4" stroke-width="0.5"'
            )
            cells.append(_rect(x, y, cell_width - 1, cell_height - 1, look))
            if numbers:
                cells.append(_text(x + cell_width / 2 - 0.5, y + 16, 11, NUMBER, _short(float(value))))
            if values is got and wrong[row, column]:
                look = f'fill="none" stroke="{WRONG}" stroke-width="{2 * inset:g}"'
                frames.append(
                    _rect(x + inset, y + inset, cell_width - 1 - 2 * inset, cell_height - 1 - 2 * inset, look)
                )
    frames.append(_text(2, height + 36, 12, f'{INK} opacity="0.75"', "framed: differs from the right one"))
    label = f"your {rows} by {columns} matrix next to the right one"
    return _svg(max(2 * width + 34, 220), height + 42, label, [*cells, *frames])


def _curves(got: Array, want: Array) -> str:
    width, height, left, top = 380.0, 130.0, 52.0, 8.0
    entries = np.unique(np.append(np.arange(0, got.size, math.ceil(got.size / POINTS_MOST)), got.size - 1))
    finite = np.concatenate([got[np.isfinite(got)], want[np.isfinite(want)]])
    low, high = float(finite.min()), float(finite.max())
    low, high = (low - 1, high + 1) if low == high else (low, high)

    def point(entry: int, value: float) -> str:
        x = left + width * entry / (got.size - 1)
        return f"{x:.1f},{top + height * ((high / 2 - value / 2) / (high / 2 - low / 2)):.1f}"

    parts = [_rect(left, top, width, height, 'fill="none" stroke="currentColor" opacity="0.35"')]
    for value, y in ((high, top + 10), (low, top + height)):
        parts.append(_text(left - 5, y, 11, f'text-anchor="end" {INK}', _short(value)))
    for x, anchor, text in ((left, "start", "entry 0"), (left + width, "end", str(got.size - 1))):
        parts.append(_text(x, top + height + 14, 11, f'text-anchor="{anchor}" {INK}', text))
    legend, y = [], top + height + 30
    for x, title, values, look in (
        (left, "right", want, f'stroke="{RIGHT}" stroke-width="3.5" opacity="0.8"'),
        (left + 110, "yours", got, f'stroke="{YOURS}" stroke-width="2" stroke-dasharray="6 3"'),
    ):
        for run in _finite_runs(values, entries):
            line = " ".join(point(entry, float(values[entry])) for entry in run)
            parts.append(f'<polyline points="{line}" fill="none" {look}/>')
        legend.append(f'<line x1="{x}" y1="{y - 4}" x2="{x + 28}" y2="{y - 4}" {look}/>')
        legend.append(_text(x + 34, y, 13, INK, title))
    return _svg(left + width + 8, y + 8, "your curve over the right one", [*parts, *legend])


def _finite_runs(values: Array, entries: NDArray[np.int64]) -> list[list[int]]:
    """The entries with finite values, in runs without gaps; a single one twice, to be drawn as a dot."""
    grouped = groupby(entries.tolist(), lambda entry: bool(np.isfinite(values[entry])))
    return [run if len(run) > 1 else run * 2 for run in (list(group) for finite, group in grouped if finite)]


def _svg(width: float, height: float, label: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}"'
        f' viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
        f' style="max-width:100%;height:auto;margin-top:.5em;display:block">{"".join(parts)}</svg>'
    )


def _rect(x: float, y: float, width: float, height: float, look: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" {look}/>'


def _text(x: float, y: float, size: int, look: str, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" {look}>{text}</text>'


def _colour(value: float, most: float) -> str:
    if not math.isfinite(value):
        return "#bdbdbd"
    end, share = (ABOVE if value > 0 else BELOW), math.sqrt(min(abs(value) / most, 1.0))
    mixed = (round(zero + (full - zero) * share) for zero, full in zip(ZERO, end, strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _short(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1e4 else f"{value:.1e}"
