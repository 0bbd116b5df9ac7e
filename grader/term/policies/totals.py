"""A student's total by the policy: weights, where grace days go, and what is dropped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from types import MappingProxyType

from grader.term.policies.counting_attempt import NEVER, outcomes_of
from grader.term.policies.policy import ExerciseOutcome, Policy, ScoredAttempt, StudentTotal


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
        slug: list(outcomes_of(policy, student, slug, attempts, points[slug], fixed.get(slug)))
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


def _exact(number: float) -> Fraction:
    """The decimal number that a float is written as, so that equal scores are equal."""
    return Fraction(repr(float(number)))
