"""The policy in a course's settings, read so that nothing in it is passed over."""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from grader.core.errors import GraderError
from grader.term.policies.lateness import LONGEST, instant, later
from grader.term.policies.policy import Policy

ELSEWHERE = ("salt",)  # what others read from the same file
PLAIN = ("timezone", "attempts", "grace_days", "dropped", "drop_lowest")
TABLES = ("deadlines", "extensions", "late", "weights")
LATE = ("per_day", "of", "floor", "cut_off_days", "tolerance_minutes")
YEARS = range(2000, 2200)
MOST = 1_000_000


def policy_from(settings: Mapping[str, Any], slugs: Sequence[str], place: str) -> Policy:
    """The policy that a course's settings ask for.

    Args:
        slugs: the exercises of the course.
        place: what the settings are called in errors.

    Raises:
        GraderError: a setting or an exercise is unknown, or a value cannot be meant.
    """
    try:
        return _policy(settings, slugs)
    except GraderError as error:
        raise GraderError(f"{place}: {error}") from None


def _policy(settings: Mapping[str, Any], slugs: Sequence[str]) -> Policy:
    for name in settings:
        if name in LATE:
            raise GraderError(f"{name} belongs into a table: write it below a line [late]")
        _known(name, (*ELSEWHERE, *PLAIN, *TABLES), "setting")
    zone = _zone(settings.get("timezone", "UTC"))
    deadlines = {
        slug: _moment(value, zone, f"deadlines.{slug}")
        for slug, value in _by_exercise(settings, "deadlines", slugs).items()
    }
    students = _table(settings, "extensions")
    extensions = {student: _extensions(students, student, slugs, deadlines, zone) for student in students}
    late = _table(settings, "late")
    for name in late:
        _known(name, LATE, "setting", "[late]: ")
    dropped = _dropped(settings.get("dropped", []), slugs)
    weights = {
        slug: _number(value, f"weights.{slug}")
        for slug, value in _by_exercise(settings, "weights", slugs).items()
    }
    if "weights" in settings and not any(weights.values()):
        raise GraderError(
            "weights: none is above 0; give an exercise one, or leave out [weights] for totals in points"
        )
    policy = Policy(
        zone=zone,
        deadlines=deadlines,
        extensions=extensions,
        **_late(late),
        grace_days=int(_number(settings.get("grace_days", 0), "grace_days", LONGEST, whole=True)),
        attempts=_word(settings.get("attempts", "last"), "attempts", ("last", "best", "first")),
        dropped=dropped,
        drop_lowest=int(_number(settings.get("drop_lowest", 0), "drop_lowest", whole=True)),
        weights=weights,
    )
    counting = sum(map(policy.counts, slugs))
    if slugs and not counting:
        raise GraderError("dropped: nothing is left that counts; leave an exercise that has a weight")
    if slugs and policy.drop_lowest >= counting:
        raise GraderError(
            f"drop_lowest: {policy.drop_lowest} of {counting} exercises that count leave nothing; drop fewer"
        )
    return policy


def _late(late: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a policy that the table `late` gives."""
    for name in ("of", "floor"):
        if name in late and "per_day" not in late:
            raise GraderError(f"late.{name} says nothing without late.per_day; add that or take this out")
    cut_off = late.get("cut_off_days")
    return {
        "per_day": _number(late.get("per_day", 0), "late.per_day", 1, "a share from 0 to 1, as 0.1 for 10 %"),
        "of": _word(late.get("of", "maximum"), "late.of", ("maximum", "score")),
        "floor": _number(late.get("floor", 0), "late.floor", 1, "a share from 0 to 1, as 0.5 for 50 %"),
        "cut_off_days": None
        if cut_off is None
        else int(_number(cut_off, "late.cut_off_days", LONGEST, whole=True)),
        "tolerance_minutes": _number(late.get("tolerance_minutes", 0), "late.tolerance_minutes", 24 * 60),
    }


def _extensions(
    students: Mapping[str, Any],
    student: str,
    slugs: Sequence[str],
    deadlines: Mapping[str, datetime],
    zone: tzinfo,
) -> dict[str, datetime]:
    """Slug → the student's own deadline."""
    extensions = {}
    for slug, value in _by_exercise(students, student, slugs, "extensions.").items():
        name = f"extensions.{student}.{slug}"
        if slug not in deadlines:
            raise GraderError(f"{name}: {slug} has no deadline to extend; give it one in [deadlines]")
        if isinstance(value, date):  # a datetime is one, too
            extensions[slug] = _moment(value, zone, name)
        else:
            must = "a number of days, a date or a date and time, without quotes"
            days = int(_number(value, name, LONGEST, must, whole=True))
            extensions[slug] = later(deadlines[slug], days, zone)
        if extensions[slug] < deadlines[slug]:
            raise GraderError(
                f"{name}: {value} is before the deadline for everyone; an extension can only be later"
            )
    return extensions


def _moment(value: Any, zone: tzinfo, name: str) -> datetime:
    """A date or a time in UTC; a date alone means the end of that day."""
    if not isinstance(value, date):
        raise GraderError(
            f"{name} must be a date or a date and time, without quotes, as 2026-10-19; it is {_shown(value)}"
        )
    if value.year not in YEARS:
        raise GraderError(
            f"{name}: {value} is in no year of a course; leave the exercise out if it has no deadline"
        )
    if not isinstance(value, datetime):
        return instant(datetime.combine(value, time()) + timedelta(days=1), zone)
    return value.astimezone(UTC) if value.tzinfo else instant(value, zone)


def _dropped(value: Any, slugs: Sequence[str]) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(slug, str) for slug in value):
        raise GraderError(
            f'dropped must be a list of exercises in quotes, as ["01_gates"]; it is {_shown(value)}'
        )
    for slug in value:
        _known(slug, slugs, "exercise", "dropped: ")
    return tuple(value)


def _by_exercise(
    settings: Mapping[str, Any], name: str, slugs: Sequence[str], above: str = ""
) -> Mapping[str, Any]:
    """A table whose keys are exercises."""
    table = _table(settings, name, above)
    for slug in table:
        _known(slug, slugs, "exercise", f"[{above}{name}]: ")
    return table


def _table(settings: Mapping[str, Any], name: str, above: str = "") -> Mapping[str, Any]:
    value = settings.get(name, {})
    if not isinstance(value, dict):
        raise GraderError(
            f"{above}{name} must be a table; write a line [{above}{name}] and the values below it"
        )
    return value


def _known(name: str, known: Sequence[str], what: str, where: str = "") -> None:
    """Refuses a name that nobody knows: with the nearest that somebody does, or with the place where it
    belongs.
    """
    if name in known:
        return
    if where.startswith("[") and name in (*PLAIN, *ELSEWHERE):
        raise GraderError(f"{where}{name} does not belong here; move it above the first line in brackets")
    close = difflib.get_close_matches(name, known, 1, 0.4)
    remedy = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known) or 'none'}"
    raise GraderError(f"{where}no {what} {name!r}; {remedy}")


def _number(value: Any, name: str, most: float = MOST, must: str = "", *, whole: bool = False) -> float:
    kind = int if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kind) or not 0 <= value <= most:
        must = must or f"a {'whole ' if whole else ''}number from 0 to {most}"
        raise GraderError(f"{name} must be {must}; it is {_shown(value)}")
    return value


def _word(value: Any, name: str, words: Sequence[str]) -> str:
    if value not in words:
        raise GraderError(f"{name} must be one of {', '.join(words)}, in quotes; it is {_shown(value)}")
    return str(value)


def _zone(name: Any) -> tzinfo:
    if name == "UTC":
        return UTC
    try:
        if not isinstance(name, str):
            raise ValueError
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # a folder, a path, a name that is too long, no such zone
        close = difflib.get_close_matches(str(name), sorted(available_timezones()), 1, 0.4)
        remedy = (
            f"did you mean {close[0]!r}?"
            if close
            else "name one as 'Europe/Berlin'; unknown too? pip install tzdata"
        )
        raise GraderError(f"timezone: no time zone {_shown(name)}; {remedy}") from None


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, (date, time)) else reprlib.repr(value)
