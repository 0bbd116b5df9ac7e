"""Fingerprints of code: hashes of windows of tokens, some of which are kept (winnowing).

After Schleimer, Wilkerson and Aiken 2003. A window is hashed regardless of the order within it, so that
`x * y` equals `y * x` and two short statements may be swapped.
"""

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from grader.core.safe_text import utf8
from grader.similar.tokens import Token

WINDOW = 10  # tokens; less says nothing
STEP = 4  # windows in a row of which at least one is kept: any 13 tokens that are alike are found
BITS = (1 << 64) - 1


def window_hashes(chunk: Sequence[Token]) -> list[int]:
    """The hash of every window of a chunk, by its first token: the sum of its tokens' hashes."""
    sums = [0, *accumulate(_hash(token.text) for token in chunk)]
    return [(end - start) & BITS for start, end in zip(sums, sums[WINDOW:], strict=False)]


def winnowed(hashes: Sequence[int]) -> Iterator[int]:
    """The indices of the hashes that are kept: the last smallest one of every `STEP` in a row."""
    kept = -1
    for end in range(max(0, min(STEP, len(hashes)) - 1), len(hashes)):
        start = max(0, end - STEP + 1)
        if kept < start:
            kept = min(range(start, end + 1), key=lambda index: (hashes[index], -index))
        elif hashes[end] <= hashes[kept]:
            kept = end
        else:
            continue
        yield kept


def whole(chunk: Sequence[Token]) -> frozenset[int]:
    """The hash of a whole function or statement, which survives reordering; none if it is too short."""
    return frozenset({sum(_hash(token.text) for token in chunk) & BITS} if len(chunk) >= WINDOW else ())


def fingerprints(chunked: Sequence[Sequence[Token]]) -> frozenset[int]:
    """The fingerprints of a notebook."""
    kept: set[int] = set()
    for chunk in chunked:
        hashes = window_hashes(chunk)
        kept.update(hashes[index] for index in winnowed(hashes))
        kept |= whole(chunk)
    return frozenset(kept)


def all_windows(chunked: Sequence[Sequence[Token]]) -> frozenset[int]:
    """Every hash: code to be left out is left out wherever it appears."""
    return frozenset(value for chunk in chunked for value in [*window_hashes(chunk), *whole(chunk)])


@lru_cache(maxsize=100_000)
def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(utf8(text), digest_size=8).digest(), "big")
