"""From notebooks to pairs and groups: rare code that two share counts, common code does not.

Fingerprints lead to the notebooks that have them, so only notebooks that share rare code are ever compared.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from grader.similar.records import GivenCode, Pair, SimilarGroup, Similarities, StudentWork
from grader.similar.tokens import Token, chunks
from grader.similar.winnow import STEP, WINDOW, all_windows, fingerprints

THRESHOLD = 0.3
EVIDENCE = 24.0  # weighted fingerprints: some 65 tokens, six or seven ordinary lines
COMPARED_FROM = 6  # fingerprints; fewer are too little for any comparison
QUARTER = 0.25  # of the class: what more than these have is common ground …
CLASS = 10  # … in a class of at least so many
FEW = 4  # as many as copy from each other in one go
KNOWN_WEIGHT = 0.5
LINKED_ALL = 60  # a fingerprint of more notebooks links each only with the next ones
LINKED_SHARE = 0.05  # of both notebooks' fingerprints must link a pair before it is looked at
LINKED_NEXT = 3
MISTAKES_MOST = 5

Prints = Mapping[str, frozenset[int]]  # student → fingerprints
Weights = Mapping[int, float]  # fingerprint → what it counts; others count nothing


def compare(
    works: Sequence[StudentWork],
    given: GivenCode,
    threshold: float = THRESHOLD,
    evidence: float = EVIDENCE,
) -> Similarities:
    """The pairs of notebooks of one exercise that resemble each other beyond the given code, in groups.

    Args:
        works: one for each student; the order does not matter.
        threshold: the score from which a pair is listed.
        evidence: weighted fingerprints that a pair must share at least.
    """
    by_student = {work.student: work for work in sorted(works, key=lambda work: work.student)}
    removed = all_windows(chunks(enumerate(given.cells, 1), given.names))
    prints = {
        student: fingerprints(own_chunks(work, given)) - removed for student, work in by_student.items()
    }
    counts = Counter(value for own in prints.values() for value in own)
    most = QUARTER * len(works) if len(works) >= CLASS else len(works)
    common = {value for value, count in counts.items() if count > most}
    known = frozenset().union(*(all_windows(chunks(answer.cells, given.names)) for answer in given.answers))
    weights = _weights(counts, common, known, len(works))
    pairs = [*_alike(prints, weights, threshold, evidence), *_identical(by_student, prints)]
    described = _described({pair.students: pair for pair in pairs}.values(), by_student)
    too_short = tuple(student for student, own in prints.items() if len(own) < COMPARED_FROM)
    return Similarities(
        given.slug, _groups(described), by_student, too_short, len(common), given, removed | common
    )  # fmt: skip


def own_chunks(work: StudentWork, given: GivenCode) -> list[list[Token]]:
    """A student's own code as `chunks`."""
    return chunks(given.own_cells(work), given.names)


def tokens_of(prints: float) -> int:
    """About how many tokens so many fingerprints stand for: winnowing keeps 2 of STEP + 1 windows."""
    return round(prints * (STEP + 1) / 2 + WINDOW / 2)


def _weights(counts: Mapping[int, int], common: set[int], known: frozenset[int], size: int) -> Weights:
    """1 for what up to `FEW` have, less the more have it, half of that for the course's own answers."""
    most = math.log1p(size / FEW)
    return {
        value: min(1.0, math.log1p(size / count) / most) * (KNOWN_WEIGHT if value in known else 1.0)
        for value, count in counts.items()
        if value not in common
    }


def _weigh(prints: Iterable[int], weights: Weights) -> float:
    return math.fsum(weights.get(value, 0.0) for value in prints)


def _alike(prints: Prints, weights: Weights, threshold: float, evidence: float) -> Iterator[Pair]:
    totals = {student: _weigh(own, weights) for student, own in prints.items()}
    for first, second in _candidates(prints, weights):
        both = prints[first] & prints[second]
        most = totals[first] + totals[second]
        if len(both) < max(evidence, threshold * most / 2):
            continue  # no weight is above 1
        shared = _weigh(both, weights)
        score = 2 * shared / most
        if shared >= evidence and score >= threshold:
            shares = (round(shared / totals[first], 4), round(shared / totals[second], 4))
            tokens = tokens_of(sum(value in weights for value in both))
            yield Pair(first, second, round(score, 4), *shares, tokens)


def _candidates(prints: Prints, weights: Weights) -> Iterator[tuple[str, str]]:
    """Pairs with enough fingerprints in common; one that many have links each only with the next few."""
    counting = {student: [value for value in own if value in weights] for student, own in prints.items()}
    having: dict[int, list[str]] = defaultdict(list)
    for student, own in counting.items():
        for value in own:
            having[value].append(student)
    passed: Counter[int] = Counter()
    for student, own in counting.items():
        links: Counter[str] = Counter()
        for value in own:
            passed[value] += 1
            after = having[value][passed[value] :]
            links.update(after if len(having[value]) <= LINKED_ALL else after[:LINKED_NEXT])
        for other, count in sorted(links.items()):
            if count >= LINKED_SHARE * (len(own) + len(counting[other])):
                yield student, other


def _identical(works: Mapping[str, StudentWork], prints: Prints) -> Iterator[Pair]:
    """Identical files, each with the next: if a class hands in one file, not every pair is worth a line."""
    long_enough = [student for student, own in prints.items() if len(own) >= COMPARED_FROM]
    files = {student: works[student].sha256 for student in long_enough if works[student].sha256}
    for _, same in groupby(sorted(files, key=files.__getitem__), files.__getitem__):
        for first, second in pairwise(same):
            yield Pair(first, second, 1.0, 1.0, 1.0, tokens_of(len(prints[first])))


def _described(pairs: Iterable[Pair], works: Mapping[str, StudentWork]) -> list[Pair]:
    """The pairs with what else they share; a mistake is unusual if at most a tenth, or two, made it."""
    counts = Counter(mistake for work in works.values() for mistake in work.mistakes)
    unusual = {mistake for mistake, count in counts.items() if count <= max(2, len(works) // 10)}
    described = []
    for pair in pairs:
        first, second = (works[student] for student in pair.students)
        mistakes = sorted(first.mistakes & second.mistakes & unusual)[:MISTAKES_MOST]
        identical = first.sha256 == second.sha256 != ""
        described.append(replace(pair, identical=identical, mistakes=tuple(mistakes)))
    return described


def _groups(pairs: Sequence[Pair]) -> tuple[SimilarGroup, ...]:
    """Connected components, the one with the best pair first."""
    group = {student: {student} for pair in pairs for student in pair.students}
    for pair in pairs:
        first, second = group[pair.first], group[pair.second]
        if first is not second:
            first |= second
            group |= dict.fromkeys(second, first)
    members: dict[int, list[Pair]] = defaultdict(list)
    for pair in sorted(
        pairs, key=lambda pair: (not pair.identical, -pair.score, -pair.tokens, *pair.students)
    ):
        members[id(group[pair.first])].append(pair)
    return tuple(SimilarGroup(tuple(sorted(group[own[0].first])), tuple(own)) for own in members.values())
