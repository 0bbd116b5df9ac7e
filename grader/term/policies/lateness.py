"""How late an attempt is, what that takes from its score, and the sentence that says so."""

from datetime import UTC, datetime, timedelta, tzinfo

from grader.core.course_settings import LONGEST
from grader.core.points import points as written
from grader.term.policies.policy import Policy, ScoredAttempt


def instant(local: datetime, zone: tzinfo) -> datetime:
    """A local time as UTC; where the clocks change and two instants could be meant, the later one."""
    return max(local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def later(moment: datetime, days: int, zone: tzinfo) -> datetime:
    """The same time of day some days later, where a day may have 23 or 25 hours."""
    return (
        instant(moment.astimezone(zone).replace(tzinfo=None) + timedelta(days=days), zone) if days else moment
    )


def days_late(policy: Policy, attempt: ScoredAttempt, deadline: datetime | None, own: bool) -> int:
    """Begun days after a deadline; a day ends at the deadline's time of day.

    Args:
        own: the deadline is an extension, which the learning management system does not know about.
    """
    if deadline is None:
        return 0
    if attempt.at is None:
        return int(attempt.late and not own)
    behind = min(attempt.at - deadline - timedelta(minutes=policy.tolerance_minutes), timedelta(days=LONGEST))
    days = max(0, behind.days)  # at least so many, as no day is 24 hours longer than another
    while behind > later(deadline, days, policy.zone) - deadline:
        days += 1
    return days


def score_of(number: float) -> float:
    """A score as it is written down: never below 0, six decimals."""
    return round(max(0.0, float(number)), 6)


def score_left(policy: Policy, attempt: ScoredAttempt, days: int, points: float) -> float:
    """What is left of an attempt's score after unforgiven `days`; of full marks if it is ungraded."""
    raw = score_of(max(points, attempt.max_score) if attempt.score is None else attempt.score)
    if days <= 0:
        return raw
    if is_cut_off(policy, days):
        return 0.0
    base = _base(policy, attempt, points, raw)
    return score_of(max(raw - policy.per_day * days * base, min(raw, policy.floor * base)))


def is_cut_off(policy: Policy, days: int) -> bool:
    """Whether work so late is worth nothing."""
    return policy.cut_off_days is not None and days > policy.cut_off_days


def lateness_note(
    policy: Policy, attempt: ScoredAttempt, days: int, grace: int, points: float, *, extended: bool
) -> str:
    """A sentence on what lateness takes from an attempt, "" if it is in time or nobody knows when it came.

    Args:
        grace: how many of the `days` are forgiven.
        extended: the student has an extension.
    """
    if not days:
        if attempt.at is None and attempt.late:
            reason = "the student has an extension" if extended else "there is no deadline"
            return f"handed in late at an unknown time: nothing taken, {reason}"
        return ""
    begun = (
        f"{count(days)} late" if attempt.at else "handed in late at an unknown time, which counts as 1 day"
    )
    used = f"; {count(grace, 'grace day')} used" if grace else ""
    if attempt.score is None:
        return f"{begun}: not judged yet{used.replace('used', 'kept for it')}"
    if is_cut_off(policy, days - grace):
        return f"{begun}: after the cut-off, worth 0{used}"
    raw = score_of(attempt.score)
    taken = round(raw - score_left(policy, attempt, days - grace, points), 6)
    share = policy.per_day * (days - grace)
    base = _base(policy, attempt, points, raw)
    if not taken:
        return f"{begun}: nothing taken{used}"
    if abs(share * base - taken) > 1e-6:  # the floor, or nothing more to take
        return f"{begun}: {written(taken)} {'point' if taken == 1 else 'points'} taken{used}"
    whole = "the score" if policy.of == "score" else f"{written(base)} {'point' if base == 1 else 'points'}"
    return f"{begun}: {100 * share:.6g} % of {whole} taken{used}"


def count(number: int, thing: str = "day") -> str:
    """A number with its noun."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _base(policy: Policy, attempt: ScoredAttempt, points: float, raw: float) -> float:
    return raw if policy.of == "score" else attempt.max_score or points
