"""From notebooks to pairs and clusters: rare code that two share counts, common code does not.

Every fingerprint leads to the notebooks that have it, so that only notebooks with rare code in common are
ever compared.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from grader.similar.similarities import Cluster, GivenCode, Pair, Similarities, Work
from grader.similar.tokens import chunks
from grader.similar.winnow import STEP, WINDOW, all_windows, fingerprints

THRESHOLD = 0.3
EVIDENCE = 24.0  # weighted fingerprints: some 65 tokens, six or seven ordinary lines
COMPARED_FROM = 6  # fingerprints; whoever has fewer wrote too little for any comparison
QUARTER = 0.25  # of the class: what more than these have is common ground …
CLASS = 10  # … in a class of at least so many
FEW = 4  # as many as copy from each other in one go
KNOWN_WEIGHT = 0.5
LINKED_ALL = 60  # a fingerprint of more notebooks links each only with the next ones
LINKED_SHARE = 0.05  # of both ones' fingerprints must link a pair before it is looked at
LINKED_NEXT = 3
MISTAKES_MOST = 5


@dataclass(frozen=True)
class Weights:
    """What a fingerprint counts; those that are not in `of` count nothing."""

    of: Mapping[int, float]

    def total(self, found: Iterable[int]) -> float:
        return math.fsum(self.of.get(one, 0.0) for one in found)


def compare(
    works: Sequence[Work], given: GivenCode, threshold: float = THRESHOLD, evidence: float = EVIDENCE
) -> Similarities:
    """The pairs of notebooks of one exercise that resemble each other beyond the given code, in clusters.

    Args:
        works: one for each student; the order means nothing.
        threshold: the score from which a pair is listed.
        evidence: weighted fingerprints that a pair must share at least.
    """
    works = sorted(works, key=lambda work: work.student)
    handed = {source.strip() for source in given.cells}
    removed = all_windows(chunks(enumerate(given.cells, 1), given.names))
    prints = {
        work.student: fingerprints(chunks(own_cells(work, handed), given.names)) - removed for work in works
    }
    counts = Counter(one for found in prints.values() for one in found)
    common = {one for one, count in counts.items() if len(works) >= CLASS and count > QUARTER * len(works)}
    known = frozenset().union(*(all_windows(chunks(answer.cells, given.names)) for answer in given.answers))
    weights = _weights(counts, common, known, len(works))
    pairs = {(pair.first, pair.second): pair for pair in _alike(prints, weights, threshold, evidence)}
    pairs |= {(pair.first, pair.second): pair for pair in _identical(works, prints)}
    files = {work.student: work.sha256 for work in works}
    unusual = _unusual(works)
    told = [_told(pair, files, unusual) for pair in pairs.values()]
    too_short = tuple(student for student, found in prints.items() if len(found) < COMPARED_FROM)
    clusters = tuple(_clusters(told))
    return Similarities(
        given.slug,
        clusters,
        tuple(works),
        too_short,
        threshold,
        len(common),
        given,
        removed | frozenset(common),
    )


def own_cells(work: Work, handed: set[str]) -> list[tuple[int, str]]:
    """The cells that are not as they were handed out."""
    return [
        (number, source) for number, source in work.cells if source.strip() and source.strip() not in handed
    ]


def summary(similarities: Similarities) -> list[dict[str, Any]]:
    """A row for each cluster, best first, as plain data.

    `exercise`, `size`, `students` (names), `score` of the best pair (0 to 1), `best` (its two names),
    `identical` (whether the two files are the same), `tokens` that are alike.
    """
    return [
        {
            "exercise": similarities.slug,
            "size": len(cluster.students),
            "students": list(cluster.students),
            "score": cluster.best.score,
            "best": [cluster.best.first, cluster.best.second],
            "identical": cluster.best.identical,
            "tokens": cluster.best.tokens,
        }
        for cluster in similarities.clusters
    ]


def _weights(counts: Mapping[int, int], common: set[int], known: frozenset[int], size: int) -> Weights:
    """1 for what up to `FEW` have, less the more have it, half of that if the course's own answers have it
    too.
    """
    most = math.log1p(size / FEW)
    return Weights(
        {
            one: min(1.0, math.log1p(size / count) / most) * (KNOWN_WEIGHT if one in known else 1.0)
            for one, count in counts.items()
            if one not in common
        }
    )


def _alike(
    prints: Mapping[str, frozenset[int]], weights: Weights, threshold: float, evidence: float
) -> Iterator[Pair]:
    totals = {student: weights.total(found) for student, found in prints.items()}
    for first, second in _candidates(prints, weights):
        both = prints[first] & prints[second]
        most = totals[first] + totals[second]
        if len(both) < max(evidence, threshold * most / 2):
            continue  # no weight is above 1
        shared = weights.total(both)
        score = 2 * shared / most
        if shared >= evidence and score >= threshold:
            alike = sum(one in weights.of for one in both)
            shares = (round(shared / totals[first], 4), round(shared / totals[second], 4))
            yield Pair(first, second, round(score, 4), *shares, tokens_of(alike))


def _candidates(prints: Mapping[str, frozenset[int]], weights: Weights) -> Iterator[tuple[str, str]]:
    """Pairs with enough fingerprints in common; one that many have links each only with the next few."""
    counting = {student: [one for one in found if one in weights.of] for student, found in prints.items()}
    having: dict[int, list[str]] = defaultdict(list)
    for student, found in counting.items():
        for one in found:
            having[one].append(student)
    passed: Counter[int] = Counter()
    for student, found in counting.items():
        links: Counter[str] = Counter()
        for one in found:
            passed[one] += 1
            students, place = having[one], passed[one]
            if len(students) > 1:
                links.update(
                    students[place : place + (len(students) if len(students) <= LINKED_ALL else LINKED_NEXT)]
                )
        for other, count in sorted(links.items()):
            if count >= LINKED_SHARE * (len(found) + len(counting[other])):
                yield student, other


def _identical(works: Sequence[Work], prints: Mapping[str, frozenset[int]]) -> Iterator[Pair]:
    """Files that are the same, each with the next: in a class that hands in one file, no pair of all is worth
    a line.
    """
    same: dict[str, list[str]] = defaultdict(list)
    for work in works:
        if work.sha256 and len(prints[work.student]) >= COMPARED_FROM:
            same[work.sha256].append(work.student)
    for students in same.values():
        for first, second in zip(students, students[1:], strict=False):
            yield Pair(first, second, 1.0, 1.0, 1.0, tokens_of(len(prints[first])))


def tokens_of(found: float) -> int:
    """About how many tokens so many fingerprints stand for: winnowing keeps 2 of STEP + 1 windows."""
    return round(found * (STEP + 1) / 2 + WINDOW / 2)


def _unusual(works: Sequence[Work]) -> dict[str, frozenset[str]]:
    """Each student's mistakes that at most a tenth of the class made, or two."""
    counts = Counter(mistake for work in works for mistake in work.mistakes)
    most = max(2, len(works) // 10)
    return {work.student: frozenset(one for one in work.mistakes if counts[one] <= most) for work in works}


def _told(pair: Pair, files: Mapping[str, str], unusual: Mapping[str, frozenset[str]]) -> Pair:
    """The pair with what is known of it besides its score."""
    same = bool(files[pair.first]) and files[pair.first] == files[pair.second]
    both = sorted(unusual[pair.first] & unusual[pair.second])
    return replace(pair, identical=same, mistakes=tuple(both[:MISTAKES_MOST]))


def _clusters(pairs: Sequence[Pair]) -> list[Cluster]:
    """Connected components, the one with the best pair first."""
    group = {student: {student} for pair in pairs for student in (pair.first, pair.second)}
    for pair in pairs:
        one, other = group[pair.first], group[pair.second]
        if one is not other:
            one |= other
            group |= dict.fromkeys(other, one)
    found: dict[int, list[Pair]] = defaultdict(list)
    for pair in sorted(pairs, key=_rank):
        found[id(group[pair.first])].append(pair)
    return [Cluster(tuple(sorted(group[them[0].first])), tuple(them)) for them in found.values()]


def _rank(pair: Pair) -> tuple[bool, float, int, str, str]:
    return (not pair.identical, -pair.score, -pair.tokens, pair.first, pair.second)
