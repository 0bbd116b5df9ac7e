"""Fingerprints of code: hashes of windows of tokens, of which winnowing keeps some (Schleimer, Wilkerson,
Aiken 2003).

A window is hashed without regard to the order in it, so that `x * y` is `y * x` and two short statements may
change places.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from grader.core.text import utf8
from grader.similar.tokens import Token

WINDOW = 10  # tokens; what is shorter says nothing
STEP = 4  # of so many windows in a row at least one is kept: whatever is alike over 13 tokens is found
BITS = (1 << 64) - 1


def window_hashes(chunk: Sequence[Token]) -> list[int]:
    """The hash of every window of a chunk, by its first token: the sum of its tokens' hashes, the same in
    every run.
    """
    sums = [0, *accumulate(_hash(token.text) for token in chunk)]
    return [(end - start) & BITS for start, end in zip(sums, sums[WINDOW:], strict=False)]


def winnowed(hashes: Sequence[int]) -> Iterator[int]:
    """The places of the hashes that are kept: the smallest of every `STEP` in a row, the last one if there
    are several.
    """
    kept = -1
    for end in range(max(0, min(STEP, len(hashes)) - 1), len(hashes)):
        start = max(0, end - STEP + 1)
        if kept < start:
            kept = min(range(start, end + 1), key=lambda place: (hashes[place], -place))
            yield kept
        elif hashes[end] <= hashes[kept]:
            kept = end
            yield kept


def whole(chunk: Sequence[Token]) -> frozenset[int]:
    """The hash of a function or statement as a whole: it survives any reordering in it. Empty if it is too
    short.
    """
    return frozenset({sum(_hash(token.text) for token in chunk) & BITS} if len(chunk) >= WINDOW else ())


def fingerprints(chunked: Sequence[Sequence[Token]]) -> frozenset[int]:
    """The fingerprints of a notebook."""
    kept: set[int] = set()
    for chunk in chunked:
        hashes = window_hashes(chunk)
        kept.update(hashes[place] for place in winnowed(hashes))
        kept |= whole(chunk)
    return frozenset(kept)


def all_windows(chunked: Sequence[Sequence[Token]]) -> frozenset[int]:
    """Every hash there is: what is to be left out must be left out wherever it stands."""
    return frozenset(value for chunk in chunked for value in [*window_hashes(chunk), *whole(chunk)])


@lru_cache(maxsize=100_000)
def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(utf8(text), digest_size=8).digest(), "big")
