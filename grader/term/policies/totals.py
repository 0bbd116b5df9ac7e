"""A student's total by the policy: which attempts count, where grace days go, what is dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from types import MappingProxyType

from grader.term.policies.lateness import count, days_late, is_cut_off, lateness_note, score_left, score_of
from grader.term.policies.policy import ExerciseOutcome, Policy, ScoredAttempt, StudentTotal

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Share:
    """An exercise that counts.

    Attributes:
        worth: what each possible outcome adds to the total.
        most: what full marks add.
        graces: the grace days that each outcome takes.
    """

    slug: str
    worth: tuple[Fraction, ...]
    most: Fraction
    graces: tuple[int, ...]


def student_total(
    policy: Policy,
    student: str,
    attempts: Sequence[ScoredAttempt],
    points: Mapping[str, float],
    fixed: Mapping[str, float] = MappingProxyType({}),
) -> StudentTotal:
    """What a student's attempts amount to.

    Grace days and dropped exercises are chosen together, so that the total is the greatest share of what is
    possible; among equals what drops the fewest points, then what spends the fewest days, then what spends
    them on the earliest deadlines. Hence a later deadline or another grace day never lowers that share: it
    only adds to the choice.

    Args:
        attempts: in the order in which they came. Times decide if those of all attempts at an exercise are
        known.
        points: slug → points, every exercise of the class, in the order of the course.
        fixed: slug → score that a person has set for the whole exercise: final, without penalty.

    Returns:
        `total` is None while an exercise that counts is open; then nothing is dropped as one of the lowest.
    """
    options = {
        slug: list(_options(policy, student, slug, attempts, points[slug], fixed.get(slug)))
        for slug in points
    }
    counting = sorted(filter(policy.counts, points), key=lambda slug: policy.deadlines.get(slug, NEVER))
    shares = [_share(policy, slug, points[slug], options[slug]) for slug in counting]
    plan = dict(zip(counting, best_plan(shares, policy.grace_days, policy.drop_lowest), strict=True))
    chosen = {slug: options[slug][plan.get(slug) or 0] for slug in points}
    is_open = any(_is_open(policy, chosen[slug], points[slug]) for slug in counting)
    lowest = {slug for slug, index in plan.items() if index is None and not is_open}
    outcomes = {slug: _left_out(policy, slug, outcome, slug in lowest) for slug, outcome in chosen.items()}
    kept = [share for share in shares if share.slug not in lowest]
    most = sum((share.most for share in kept), Fraction())
    got = sum((share.worth[plan[share.slug] or 0] for share in kept), Fraction())
    scale = 100 / most if policy.weights and most else Fraction(1)
    return StudentTotal(
        outcomes, None if is_open else round(float(got * scale), 6), round(float(most * scale), 6)
    )


def best_plan(shares: Sequence[Share], days: int, drops: int) -> tuple[int | None, ...]:
    """For each exercise the index of its option, None to drop it: together the greatest share of what can be
    had.

    Dinkelbach, "On nonlinear fractional programming" (1967): the plan that exceeds a ratio by most has the
    next ratio, until none exceeds it. Exact, as everything here is a fraction.

    Args:
        days: grace days that there are.
        drops: how many exercises are to be dropped; one of those with a share in the total always stays.
    """
    drops = max(0, min(drops, sum(share.most > 0 for share in shares) - 1))

    @cache
    def plan_from(
        place: int, days: int, drops: int, ratio: Fraction
    ) -> tuple[tuple[Fraction, Fraction, int], tuple[int | None, ...]] | None:
        """How good the best plan for the exercises from `place` on is, and the plan; None if too many are to
        be dropped.
        """
        if place == len(shares):
            return None if drops else ((Fraction(), Fraction(), 0), ())
        share, found = shares[place], None
        for index in reversed(range(len(share.worth))):
            spent = share.graces[index]
            rest = plan_from(place + 1, days - spent, drops, ratio) if spent <= days else None
            if rest:
                (gain, kept, saved), tail = rest
                good = (gain + share.worth[index] - ratio * share.most, kept + share.most, saved - spent)
                found = (good, (index, *tail)) if found is None or good > found[0] else found
        rest = plan_from(place + 1, days, drops - 1, ratio) if drops and share.most else None
        if rest and (found is None or rest[0] > found[0]):
            found = (rest[0], (None, *rest[1]))
        return found

    ratio = Fraction(0)
    while True:
        best = plan_from(0, days, drops, ratio)
        assert best is not None  # there is always the plan that spends nothing
        (gain, kept, _), plan = best
        if gain <= 0 or not kept:
            return plan
        ratio += gain / kept


def _share(policy: Policy, slug: str, points: float, options: Sequence[ExerciseOutcome]) -> Share:
    full = _exact(points)
    most = _exact(policy.weights[slug]) if policy.weights else full
    scale = most / full if full else Fraction(0 if policy.weights else 1)
    worth = tuple(_exact(option.worth) * scale for option in options)
    return Share(slug, worth, most, tuple(option.grace_days for option in options))


def _is_open(policy: Policy, outcome: ExerciseOutcome, points: float) -> bool:
    """Whether it is still unknown what an outcome adds to the total."""
    ungraded = outcome.attempt is not None and outcome.score is None
    # Without a judged attempt full marks are unknown, so a score set by hand is not a share of them yet.
    return ungraded or bool(policy.weights and not points and outcome.worth)


def _left_out(policy: Policy, slug: str, outcome: ExerciseOutcome, lowest: bool) -> ExerciseOutcome:
    """The outcome, marked if it does not count."""
    if slug not in policy.dropped and not lowest:
        return outcome
    why = "left out of the total " + ("for everyone" if slug in policy.dropped else "as one of the lowest")
    return replace(outcome, dropped=True, note="; ".join(filter(None, [outcome.note, why])))


def _options(
    policy: Policy,
    student: str,
    slug: str,
    attempts: Sequence[ScoredAttempt],
    points: float,
    fixed: float | None,
) -> Iterator[ExerciseOutcome]:
    """The outcome without grace days, then each one that more of them make better."""
    tries = [(index, attempt) for index, attempt in enumerate(attempts) if attempt.exercise == slug]
    if not tries:
        yield ExerciseOutcome() if fixed is None else _fixed(ExerciseOutcome(), fixed)
        return
    if all(attempt.at is not None for _, attempt in tries):
        tries.sort(key=lambda item: item[1].at or NEVER)
    common, own = policy.deadlines.get(slug), policy.extension(student, slug)
    # An extension is an offer. Without it a resubmission may be cut off that, with it, takes the place of a
    # better one.
    late = [[days_late(policy, attempt, own, True) for _, attempt in tries]] if own else []
    late.append([days_late(policy, attempt, common, False) for _, attempt in tries])
    budget = min(policy.grace_days, max(map(max, late))) if fixed is None else 0
    best = -1.0
    for grace in range(budget + 1):
        offers = [_outcome(policy, tries, days, grace, points, own is not None) for days in late]
        outcome = max(offers, key=lambda offer: (offer.worth, offer.score is not None))
        if fixed is not None:
            yield _fixed(outcome, fixed)
        elif outcome.worth > best:
            best = outcome.worth
            yield outcome


def _outcome(
    policy: Policy,
    tries: Sequence[tuple[int, ScoredAttempt]],
    days: Sequence[int],
    grace: int,
    points: float,
    extended: bool,
) -> ExerciseOutcome:
    """What the attempt that counts comes to if `grace` days are forgiven."""
    left = [
        score_left(policy, attempt, late - grace, points)
        for (_, attempt), late in zip(tries, days, strict=True)
    ]
    alive = [n for n, late in enumerate(days) if not is_cut_off(policy, late - grace)]
    if policy.attempts == "first":
        n = 0
    elif policy.attempts == "last":
        n = alive[-1] if alive else len(tries) - 1
    else:
        n = max(range(len(tries)), key=lambda n: (left[n], tries[n][1].score is not None, -n))
    index, attempt = tries[n]
    note = lateness_note(policy, attempt, days[n], grace, points, extended=extended)
    if policy.attempts == "last" and n < len(tries) - 1:
        note = "; ".join(filter(None, [note, "a later attempt came after the cut-off and is ignored"]))
    outcome = ExerciseOutcome(index, days_late=days[n], grace_days=grace, note=note, worth=left[n])
    if attempt.score is None:
        return outcome
    raw = score_of(attempt.score)
    return replace(outcome, score=left[n], raw=raw, penalty=round(raw - left[n], 6))


def _fixed(outcome: ExerciseOutcome, fixed: float) -> ExerciseOutcome:
    """The outcome with the score that a person has set, which overrules the attempts."""
    late, score = outcome.days_late, score_of(fixed)
    note = f"{count(late)} late: nothing taken, the score was set by hand" if late else ""
    return replace(outcome, score=score, penalty=0.0, grace_days=0, note=note, worth=score)


def _exact(number: float) -> Fraction:
    """The decimal number that a float is written as, so that equal scores are equal."""
    return Fraction(repr(float(number)))
