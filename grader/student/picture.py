"""A wrong answer beside the right one, as a small SVG without a library: heat maps of a matrix, curves of a
row.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]

ENTRIES_FOR_A_CURVE = 8
POINTS_MOST = 400
SIDE_MOST = 40  # rows or columns of a heat map
NUMBERS_MOST = 8  # columns of a heat map that has its numbers written in
YOURS, RIGHT = (
    "#d95f0e",
    "#2b7bba",
)  # orange and blue: told apart with any colour vision, on white and on black
BELOW, ZERO, ABOVE = (116, 169, 207), (247, 247, 247), (253, 174, 107)
FONT = 'font-family="system-ui,sans-serif" fill="currentColor"'
WRONG = "#c4002f"


def picture(got: Array, want: Array) -> str:
    """Inline SVG of `got` beside `want`, two arrays of one shape; "" for what no picture makes clearer."""
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
    width, height = columns * cell_width, rows * cell_height
    finite = np.abs(np.concatenate([got[np.isfinite(got)], want[np.isfinite(want)]]))
    most = float(finite.max()) or 1.0
    wrong = ~np.isclose(got, want, rtol=1e-6, atol=1e-8, equal_nan=True)
    parts = []
    for left, title, values in ((2.0, "yours", got), (width + 32, "right", want)):
        parts.append(f'<text x="{left:g}" y="13" font-size="13" {FONT}>{title}</text>')
        for (row, column), value in np.ndenumerate(values):
            x, y = left + column * cell_width, 20 + row * cell_height
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{cell_width - 1:.1f}" height="{cell_height - 1:.1f}"'
                f' fill="{_colour(float(value), most)}" stroke="#888" stroke-opacity="0.4" stroke-width="0.5"/>'
            )
            if numbers:
                parts.append(
                    f'<text x="{x + cell_width / 2 - 0.5:.1f}" y="{y + 16:.1f}" font-size="11" text-anchor="middle"'
                    f' font-family="ui-monospace,monospace" fill="#111">{_short(float(value))}</text>'
                )
        if values is got:
            inset = 1.0 if cell_width > 12 else 0.5
            inner_width, inner_height = cell_width - 1 - 2 * inset, cell_height - 1 - 2 * inset
            for row, column in np.argwhere(wrong):
                x, y = left + column * cell_width + inset, 20 + row * cell_height + inset
                parts.append(
                    f'<rect x="{x:.1f}" y="{y:.1f}" width="{inner_width:.1f}" height="{inner_height:.1f}"'
                    f' fill="none" stroke="{WRONG}" stroke-width="{2 * inset:g}"/>'
                )
    note = "framed: differs from the right one"
    parts.append(f'<text x="2" y="{height + 36:.1f}" font-size="12" {FONT} opacity="0.75">{note}</text>')
    total = max(2 * width + 34, 220)
    return _svg(total, height + 42, f"your {rows} by {columns} matrix beside the right one", parts)


def _curves(got: Array, want: Array) -> str:
    width, height, left, top = 380.0, 130.0, 52.0, 8.0
    step = math.ceil(got.size / POINTS_MOST)
    places = np.unique(np.append(np.arange(0, got.size, step), got.size - 1))
    finite = np.concatenate([got[np.isfinite(got)], want[np.isfinite(want)]])
    low, high = float(finite.min()), float(finite.max())
    low, high = (low - 1, high + 1) if low == high else (low, high)

    def point(place: int, value: float) -> str:
        x = left + width * place / (got.size - 1)
        return f"{x:.1f},{top + height * ((high / 2 - value / 2) / (high / 2 - low / 2)):.1f}"

    frame = 'fill="none" stroke="currentColor" opacity="0.35"'
    parts = [f'<rect x="{left}" y="{top}" width="{width}" height="{height}" {frame}/>']
    for value, y in ((high, top + 10), (low, top + height)):
        parts.append(
            f'<text x="{left - 5}" y="{y}" font-size="11" text-anchor="end" {FONT}>{_short(value)}</text>'
        )
    for x, text in ((left, "entry 0"), (left + width, str(got.size - 1))):
        anchor = "start" if x == left else "end"
        parts.append(
            f'<text x="{x}" y="{top + height + 14}" font-size="11" text-anchor="{anchor}" {FONT}>{text}</text>'
        )
    styles = (
        (want, RIGHT, 'stroke-width="3.5" opacity="0.8"'),
        (got, YOURS, 'stroke-width="2" stroke-dasharray="6 3"'),
    )
    for values, colour, style in styles:
        for run in _finite_runs(values, places):
            line = " ".join(point(place, float(values[place])) for place in run)
            parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" {style}/>')
    y = top + height + 30
    for x, title, (_, colour, style) in ((left, "right", styles[0]), (left + 110, "yours", styles[1])):
        parts.append(f'<line x1="{x}" y1="{y - 4}" x2="{x + 28}" y2="{y - 4}" stroke="{colour}" {style}/>')
        parts.append(f'<text x="{x + 34}" y="{y}" font-size="13" {FONT}>{title}</text>')
    return _svg(left + width + 8, y + 8, "your curve over the right one", parts)


def _finite_runs(values: Array, places: Array) -> list[list[int]]:
    """The places whose values are finite, broken where one is not; a lone one is there twice, to be seen as a
    dot.
    """
    runs = [
        [int(p) for p in run]
        for finite, run in groupby(places, lambda p: bool(np.isfinite(values[p])))
        if finite
    ]
    return [run if len(run) > 1 else run * 2 for run in runs]


def _svg(width: float, height: float, label: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" viewBox="0 0 {width:.0f} {height:.0f}"'
        f' width="{width:.0f}" height="{height:.0f}" style="max-width:100%;height:auto;margin-top:.5em;display:block">'
        f"{''.join(parts)}</svg>"
    )


def _colour(value: float, most: float) -> str:
    if not math.isfinite(value):
        return "#bdbdbd"
    end, share = (ABOVE if value > 0 else BELOW), math.sqrt(min(abs(value) / most, 1.0))
    return "#" + "".join(
        f"{round(zero + (full - zero) * share):02x}" for zero, full in zip(ZERO, end, strict=True)
    )


def _short(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1e4 else f"{value:.1e}"
