"""Where two notebooks are alike: passages of code, to be shown side by side."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from grader.similar.records import Pair, Similarities
from grader.similar.similarity import own_chunks
from grader.similar.tokens import Token
from grader.similar.winnow import WINDOW, whole, window_hashes

PASSAGES_MOST = 60
PLACES_MOST = 16  # where a window that one notebook repeats is looked for in the other
SHORTEST = 6  # tokens
GAP = 6  # tokens; passages that are no further apart on both sides are one


@dataclass(frozen=True)
class Span:
    """Lines `start` to `end` of a cell, counted from 1."""

    cell: int
    start: int
    end: int


@dataclass(frozen=True)
class Passage:
    """Code that two notebooks share, numbered in the order of the first."""

    number: int
    first: Span
    second: Span
    tokens: int


@dataclass(frozen=True, order=True)
class _Run:
    """`length` tokens from `at` in a chunk of one notebook and from `there` in a chunk of the other."""

    chunk: int
    at: int
    other: int
    there: int
    length: int


def passages(pair: Pair, similarities: Similarities) -> list[Passage]:
    """What is alike in the two notebooks of a pair, beyond what was left out of the comparison."""
    works = (similarities.works[student] for student in pair.students)
    first, second = (own_chunks(work, similarities.given) for work in works)
    runs = sorted(_runs(first, second, similarities.removed), key=lambda run: (-run.length, run))
    joined = _joined(sorted(_apart(runs, first, second)))
    longest = sorted(joined, key=lambda run: (-run.length, run))[:PASSAGES_MOST]
    ordered = sorted(longest, key=lambda run: first[run.chunk][run.at][2:])
    return [
        Passage(
            number,
            _span(first[run.chunk][run.at : run.at + run.length]),
            _span(second[run.other][run.there : run.there + run.length]),
            run.length,
        )
        for number, run in enumerate(ordered, 1)
    ]


def _runs(
    first: Sequence[Sequence[Token]], second: Sequence[Sequence[Token]], removed: frozenset[int]
) -> Iterator[_Run]:
    """Every stretch of windows that both have, in step."""
    places: dict[int, list[tuple[int, int]]] = defaultdict(list)
    wholes: dict[int, list[int]] = defaultdict(list)
    for other, chunk in enumerate(second):
        for there, value in enumerate(window_hashes(chunk)):
            if value not in removed and len(places[value]) < PLACES_MOST:
                places[value].append((other, there))
        for value in whole(chunk) - removed:
            wholes[value].append(other)
    for number, chunk in enumerate(first):
        diagonals: dict[tuple[int, int], list[int]] = defaultdict(list)
        for at, value in enumerate(window_hashes(chunk)):
            for other, there in places.get(value, ()):
                diagonals[other, there - at].append(at)
        for (other, shift), starts in diagonals.items():
            yield from (_Run(number, at, other, at + shift, length) for at, length in _stretches(starts))
        for value in whole(chunk):
            yield from (
                _Run(number, 0, other, 0, len(chunk)) for other in wholes.get(value, ())[:PLACES_MOST]
            )


def _stretches(starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First token and length of each stretch of windows that overlap or touch."""
    begin = last = starts[0]
    for at in starts[1:]:
        if at > last + WINDOW:
            yield begin, last + WINDOW - begin
            begin = at
        last = at
    yield begin, last + WINDOW - begin


def _apart(
    runs: Sequence[_Run], first: Sequence[Sequence[Token]], second: Sequence[Sequence[Token]]
) -> Iterator[_Run]:
    """The runs, longest first, each token used once on each side."""
    free = [[True] * len(chunk) for chunk in first]
    free_there = [[True] * len(chunk) for chunk in second]
    for run in runs:
        mine, theirs = free[run.chunk], free_there[run.other]
        usable = [mine[run.at + step] and theirs[run.there + step] for step in range(run.length)]
        for fits, stretch in groupby(range(run.length), usable.__getitem__):
            steps = list(stretch)
            at, there, length = run.at + steps[0], run.there + steps[0], len(steps)
            if fits and length >= SHORTEST:
                mine[at : at + length] = theirs[there : there + length] = [False] * length
                yield _Run(run.chunk, at, run.other, there, length)


def _joined(runs: Sequence[_Run]) -> list[_Run]:
    """Runs that follow each other closely in both notebooks are one passage."""
    out: list[_Run] = []
    for run in runs:
        last = out[-1] if out else None
        if last and (last.chunk, last.other) == (run.chunk, run.other):
            gap, there = run.at - last.at - last.length, run.there - last.there - last.length
            if 0 <= gap <= GAP and 0 <= there <= GAP:
                out[-1] = replace(last, length=last.length + max(gap, there) + run.length)
                continue
        out.append(run)
    return out


def _span(tokens: Sequence[Token]) -> Span:
    lines = [token.line for token in tokens]
    return Span(tokens[0].cell, min(lines), max(lines))
