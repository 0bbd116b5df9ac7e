"""The records of what counts: the policy, what was handed in, and what it amounts to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from grader.core.grades import CountedScore


@dataclass(frozen=True)
class Policy:
    """How scores come to count; `Policy()` knows no deadline, takes the last attempt and adds up points.

    Attributes:
        zone: where days begin and end.
        deadlines: slug → instant, UTC; work handed in at that very instant is in time.
        extensions: student → slug → the student's own deadline, UTC, not before the common one.
        per_day: share taken for each begun day, of the exercise's points or of the score, as `of` says.
        of: `maximum` or `score`.
        floor: share of the same that lateness leaves, as far as the score reaches it.
        cut_off_days: work that is late by more days is worth 0; None if lateness never does that.
        tolerance_minutes: how much later than the deadline is still in time.
        grace_days: late days that each student is forgiven, over the whole term.
        attempts: `last`, `best` or `first`.
        dropped: exercises that are left out of every student's total.
        drop_lowest: how many exercises are left out for each student.
        weights: slug → weight, 0 for those without; empty if totals are plain points.
    """

    zone: tzinfo = UTC
    deadlines: Mapping[str, datetime] = field(default_factory=dict)
    extensions: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)
    per_day: float = 0.0
    of: str = "maximum"
    floor: float = 0.0
    cut_off_days: int | None = None
    tolerance_minutes: float = 0.0
    grace_days: int = 0
    attempts: str = "last"
    dropped: tuple[str, ...] = ()
    drop_lowest: int = 0
    weights: Mapping[str, float] = field(default_factory=dict)

    def extension(self, student: str, slug: str) -> datetime | None:
        """The student's own deadline, UTC; None without one."""
        return self.extensions.get(student, {}).get(slug)

    def counts(self, slug: str) -> bool:
        """Whether an exercise has a share in the total."""
        return slug not in self.dropped and (not self.weights or self.weights.get(slug, 0.0) > 0)


@dataclass(frozen=True)
class ScoredAttempt:
    """A file that was handed in.

    Attributes:
        score: None if ungraded, our failure.
        at: with a time zone; None if unknown.
        late: the learning management system says that it was late; asked only if `at` is None.
    """

    exercise: str
    score: float | None
    max_score: float
    at: datetime | None = None
    late: bool = False


@dataclass(frozen=True)
class ExerciseOutcome(CountedScore):
    """What a student has for an exercise.

    Attributes:
        attempt: index of the attempt that counts; None if nothing was handed in.
        worth: the score or, while it is open, the highest that it can become.
    """

    attempt: int | None = None
    worth: float = 0.0


@dataclass(frozen=True)
class StudentTotal:
    """What a student has, in the order of the course; `total` is None while an exercise that counts is open.

    With weights `max_total` is 100 and `total` a percentage, otherwise both are points.
    """

    outcomes: dict[str, ExerciseOutcome]
    total: float | None
    max_total: float
