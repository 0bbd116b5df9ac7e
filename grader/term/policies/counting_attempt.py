"""Which of a student's attempts counts, and what it comes to with each number of grace days."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from grader.term.policies.lateness import count, days_late, is_cut_off, lateness_note, score_left, score_of
from grader.term.policies.policy import ExerciseOutcome, Policy, ScoredAttempt

NEVER = datetime.max.replace(tzinfo=UTC)


def outcomes_of(
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
    untimed = attempt.at is None and not attempt.late and attempt.exercise in policy.deadlines
    outcome = ExerciseOutcome(
        index, days_late=days[n], grace_days=grace, note=note, worth=left[n], untimed=untimed
    )
    if attempt.score is None:
        return outcome
    raw = score_of(attempt.score)
    return replace(outcome, score=left[n], raw=raw, penalty=round(raw - left[n], 6))


def _fixed(outcome: ExerciseOutcome, fixed: float) -> ExerciseOutcome:
    """The outcome with the score that a person has set, which overrules the attempts."""
    late, score = outcome.days_late, score_of(fixed)
    note = f"{count(late)} late: nothing taken, the score was set by hand" if late else ""
    return replace(outcome, score=score, penalty=0.0, grace_days=0, note=note, worth=score)
