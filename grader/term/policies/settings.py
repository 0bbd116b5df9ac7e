"""The policy that a course's settings ask for: what is strictly read is put in terms of its exercises."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from grader.core.course_settings import CourseSettings, Extension
from grader.core.errors import did_you_mean
from grader.core.strict_toml import SettingError, TomlFile, unknown_name
from grader.term.policies.lateness import instant, later
from grader.term.policies.policy import Policy


def policy_from(file: TomlFile, slugs: Sequence[str]) -> Policy:
    """The policy in a course's settings file.

    Args:
        slugs: the exercises of the course.

    Raises:
        GraderError: a setting or an exercise is unknown, or a value is invalid.
    """
    settings = file.read_as(CourseSettings)
    try:
        return _policy(settings, slugs)
    except SettingError as error:
        raise file.refused(error) from None


def _policy(settings: CourseSettings, slugs: Sequence[str]) -> Policy:
    late, weights, zone = settings.late, settings.weights, _zone(settings.timezone)
    _check_slugs(settings.deadlines, slugs, "deadlines")
    _check_slugs(weights or {}, slugs, "weights")
    for student, extensions in settings.extensions.items():
        _check_slugs(extensions, slugs, "extensions", student)
    for number, slug in enumerate(settings.dropped):
        if slug not in slugs:
            raise _invalid(f"no exercise {slug!r}; {did_you_mean(slug, slugs)}", "dropped", number)
    if weights is not None and not any(weights.values()):
        remedy = "give an exercise one, or remove [weights] for totals in points"
        raise _invalid(f"none is above 0; {remedy}", "weights")
    deadlines = {slug: _moment(due.written, zone) for slug, due in settings.deadlines.items()}
    policy = Policy(
        zone=zone,
        deadlines=deadlines,
        extensions={
            student: {
                slug: _extended(student, slug, extension, deadlines, zone)
                for slug, extension in extensions.items()
            }
            for student, extensions in settings.extensions.items()
        },
        per_day=late.per_day or 0.0,
        of=late.of or "maximum",
        floor=late.floor or 0.0,
        cut_off_days=late.cut_off_days,
        tolerance_minutes=late.tolerance_minutes,
        grace_days=settings.grace_days,
        attempts=settings.attempts,
        dropped=settings.dropped,
        drop_lowest=settings.drop_lowest,
        weights=weights or {},
    )
    counting = sum(map(policy.counts, slugs))
    if slugs and not counting:
        raise _invalid("nothing is left that counts; keep an exercise that has a weight", "dropped")
    if slugs and policy.drop_lowest >= counting:
        lowest = policy.drop_lowest
        raise _invalid(
            f"{lowest} of {counting} exercises that count leave nothing; drop fewer", "drop_lowest"
        )
    return policy


def _invalid(problem: str, *key: str | int) -> SettingError:
    name = ".".join(part for part in key if isinstance(part, str))
    return SettingError(key, f"{name}: {problem}")


def _check_slugs(names: Iterable[str], slugs: Sequence[str], *table: str) -> None:
    for name in names:
        if name not in slugs:
            raise unknown_name((*table, name), slugs, CourseSettings, "exercise")


def _extended(
    student: str, slug: str, extension: Extension, deadlines: Mapping[str, datetime], zone: tzinfo
) -> datetime:
    """The student's own deadline."""
    key, written = ("extensions", student, slug), extension.written
    if slug not in deadlines:
        raise _invalid(f"{slug} has no deadline to extend; give it one in [deadlines]", *key)
    own = _moment(written, zone) if isinstance(written, date) else later(deadlines[slug], written, zone)
    if own < deadlines[slug]:
        remedy = "an extension can only be later"
        raise _invalid(f"{written} is before the deadline for everyone; {remedy}", *key)
    return own


def _moment(written: date, zone: tzinfo) -> datetime:
    """A date or a time in UTC; a date alone means the end of that day."""
    if not isinstance(written, datetime):
        return instant(datetime.combine(written, time()) + timedelta(days=1), zone)
    return written.astimezone(UTC) if written.tzinfo else instant(written, zone)


def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # a folder, a path, a name that is too long, no such zone
        remedy = did_you_mean(name, sorted(available_timezones()))
        if remedy.startswith("known"):
            remedy = "name one like 'Europe/Berlin'; if that is unknown too, pip install tzdata"
        raise _invalid(f"no time zone {name!r}; {remedy}", "timezone") from None
