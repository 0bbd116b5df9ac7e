"""When something was handed in: what `timestamp.txt` and exports say, as UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

MOST = 100  # characters
# What `%Z` writes where a zone has no name of its own. Where a short form means two things, it is not here.
HOURS = {
    "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11,
}  # fmt: skip


def utc(text: str) -> str:
    """A date and time as UTC in ISO 8601 to the second; "" if it is none, or its zone is unknown.

    "2015-02-02 14:58:23.948203 America/Los_Angeles" (nbgrader), with a short name of a zone, or ISO 8601;
    without a zone it is UTC, as nbgrader has it.
    """
    words = text[:MOST].split()
    zone: tzinfo = UTC
    try:
        if len(words) > 1 and words[-1] != "Z" and words[-1][0].isalpha():
            zone = _zone(words.pop())
        joined = "".join(words[2:]) if len(words) > 2 else ""  # an offset that stands by itself
        moment = datetime.fromisoformat(" ".join(words[:2]) + joined)
        return iso(moment if moment.tzinfo else moment.replace(tzinfo=zone))
    except (ValueError, KeyError, OverflowError, OSError):
        return ""


def iso(moment: object) -> str:
    """A moment as UTC in ISO 8601 to the second; one without a zone is UTC; "" if it is no moment."""
    if isinstance(moment, str):
        return utc(moment)
    if not isinstance(moment, datetime):
        return ""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC).isoformat(timespec="seconds")
    except OverflowError:
        return ""


def _zone(name: str) -> tzinfo:
    if name.upper() in HOURS:
        return timezone(timedelta(hours=HOURS[name.upper()]))
    return ZoneInfo(name)
