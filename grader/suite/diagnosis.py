"""Say which mistake a wrong numeric answer looks like; silent unless an explanation fits every entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

FACTORS = {2.0: "2×", 0.5: "half", 4.0: "4×", 0.25: "a quarter of"}


def diagnose(
    got: np.ndarray[Any, Any], want: np.ndarray[Any, Any], mistakes: Mapping[str, Any], rtol: float, atol: float
) -> str:
    """The sentence of the one mistake that explains `got` in every entry, or ""."""

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
    if not np.any(want):
        return ""
    if fits(-want):
        return "every sign is flipped" if want.size > 1 else "the sign is flipped"
    if want.ndim == 2 and want.shape[0] == want.shape[1] and fits(want.T):
        return "this is the transpose of the right matrix"
    if got.size > 1 and not np.any(got):
        return "every entry is 0"
    if want.size > 1:
        for factor, words in FACTORS.items():
            if fits(factor * want):
                return f"every entry is exactly {words} the right one: look for a constant factor"
        if want.ndim and fits(want.shape[0] * want):
            return f"every entry is exactly {want.shape[0]}× the right one: sum taken where a mean was asked for?"
        if want.ndim and want.shape[0] > 1 and fits(want / want.shape[0]):
            return f"every entry is 1/{want.shape[0]} of the right one: divided by the number of rows once too often?"
    return ""
