"""What `solutions/course.toml` says, as records: the salt, and what counts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from grader.core.strict_toml import SettingError, Text

YEARS = range(2000, 2200)
LONGEST = 3650  # days; nothing is later than that


class Deadline:
    """When work is due: a date, which means the end of that day, or a date and time."""

    def __init__(self, written: object) -> None:
        if not isinstance(written, date):  # a datetime is one, too
            raise ValueError
        if written.year not in YEARS:
            problem = f"{written} is in no year of a course; leave the exercise out if it has no deadline"
            raise SettingError((), problem)
        self.written = written


class Extension:
    """A student's own deadline: so many days after everybody's, or a date, or a date and time."""

    def __init__(self, written: object) -> None:
        if isinstance(written, int) and not isinstance(written, bool) and 0 <= written <= LONGEST:
            self.written: date | int = written
        else:
            self.written = Deadline(written).written


Whole = Annotated[int, Meta(ge=0, le=LONGEST, title=f"a whole number from 0 to {LONGEST}")]
Minutes = Annotated[float, Meta(ge=0, le=24 * 60, title="a number from 0 to 1440")]
Share = Annotated[float, Meta(ge=0, le=1, title="a share from 0 to 1, like 0.1 for 10 %")]
Weight = Annotated[float, Meta(ge=0, le=1_000_000, title="a number from 0 to 1000000")]
Due = Annotated[Deadline, Meta(title="a date or a date and time, without quotes, like 2026-10-19")]
Later = Annotated[Extension, Meta(title="a number of days, a date or a date and time, without quotes")]
Slugs = Annotated[tuple[Text, ...], Meta(title='a list of exercises in quotes, like ["01_gates"]')]
LateOf = Annotated[Literal["maximum", "score"], Meta(title='one of "maximum", "score"')]
Attempts = Annotated[Literal["last", "best", "first"], Meta(title='one of "last", "best", "first"')]


class Late(Struct, frozen=True, forbid_unknown_fields=True):
    """What lateness costs."""

    per_day: Annotated[Share | None, Meta(description="The share that each begun day takes.")] = None
    of: Annotated[LateOf | None, Meta(description="A share of the points (default) or of the score.")] = None
    floor: Annotated[Share | None, Meta(description="The share of the same that lateness leaves.")] = None
    cut_off_days: Annotated[Whole | None, Meta(description="Work that is later than this is worth 0.")] = None
    tolerance_minutes: Annotated[Minutes, Meta(description="How much later is still in time.")] = 0.0

    def __post_init__(self) -> None:
        for name, value in (("of", self.of), ("floor", self.floor)):
            if value is not None and self.per_day is None:
                problem = f"late.{name} has no effect without late.per_day; add that or remove this"
                raise SettingError((name,), problem)


class CourseSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of a course: docs/policies.md explains each."""

    salt: Annotated[Text, Meta(description="Makes this course's random inputs its own; private.")] = ""
    timezone: Annotated[Text, Meta(description="A name such as Europe/Berlin.")] = "UTC"
    attempts: Annotated[Attempts, Meta(description="Which attempt counts.")] = "last"
    grace_days: Annotated[Whole, Meta(description="Late days that each student is forgiven.")] = 0
    dropped: Annotated[Slugs, Meta(description="Exercises that count for nobody.")] = ()
    drop_lowest: Annotated[Whole, Meta(description="How many exercises are left out for each student.")] = 0
    deadlines: Annotated[dict[str, Due], Meta(description="Exercise → when it is due.")] = {}
    extensions: Annotated[
        dict[str, dict[str, Later]], Meta(description="Student → exercise → the student's own deadline.")
    ] = {}
    late: Annotated[Late, Meta(description="What lateness costs.")] = Late()
    weights: Annotated[
        dict[str, Weight] | None, Meta(description="Exercise → its weight; totals are then percentages.")
    ] = None
