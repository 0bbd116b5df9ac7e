"""When something was handed in: what `timestamp.txt` and exports say, as UTC."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from grader.core.decoding import text_in
from grader.core.errors import UnreadableNotebook
from grader.exchange.intake.gather import content
from grader.exchange.intake.handed_in import NotTaken, ReceivedFile
from grader.exchange.intake.unpack import Refused

STAMP = "timestamp.txt"
MOST = 100  # characters
# What `%Z` writes where a zone has no name of its own. Short forms that mean two things are left out.
HOURS = {
    "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2,
    "EEST": 3, "MSK": 3, "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11,
}  # fmt: skip
TIME = re.compile(
    r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[aApP])\.?[mM]\.?)?(?![\d:])"
)
NUMBERS = re.compile(r"(?<!\d)(\d{4}|\d\d?)([./-])(\d\d?)\2(\d{4}|\d\d?)(?!\d)")
NAMED = re.compile(
    r"(?<!\d)(?P<day1>\d{1,2})(?:st|nd|rd|th|\.)?[ -](?P<month1>[^\W\d_]{3,9})\.?[ ,-]+(?P<year1>\d{4})"
    r"|(?P<month2>[^\W\d_]{3,9})\.? (?P<day2>\d{1,2})(?:st|nd|rd|th)?,?\s+"
    r"(?:(?P<zone>[A-Z]{3,4})\s+)?(?P<year2>\d{4})"
)
MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "mär": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7,
    "aug": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12,
}  # fmt: skip
FILLING = re.compile(
    r"(?i)[,()]|\b(?:at|um|uhr|on|am|mo|di|mi|do|fr|sa|so)\b\.?"
    r"|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?"
    r"|\b(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b"
)
OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d\d?):?(\d\d)?")


class Stamps:
    """The times that `timestamp.txt` files give to everything in or below their folders."""

    def __init__(self, files: Sequence[ReceivedFile]) -> None:
        self.unreadable: list[NotTaken] = []
        self._times: dict[tuple[object, tuple[str, ...]], str] = {}
        for file in files:
            if file.parts[-1] != STAMP or len(file.parts) < 2:
                continue
            try:
                time = utc(text_in(content(file)[:1000], lenient=True))
                why = "it contains no date and time, or one that could mean two days; the time is unknown"
            except (Refused, UnreadableNotebook) as problem:
                time, why = "", str(problem)
            if time:
                self._times[file.archive, file.parts[:-1]] = time
            else:
                self.unreadable.append(NotTaken(file.shown, why))

    def at(self, file: ReceivedFile) -> str:
        """When the file was handed in, by the nearest folder that says so; "" if none does."""
        depths = range(len(file.parts) - 1, 0, -1)
        times = (self._times.get((file.archive, file.parts[:depth])) for depth in depths)
        return next(filter(None, times), "")


def utc(text: str) -> str:
    """A date and time as UTC in ISO 8601 to the second; "" if it is none, or could mean several.

    "2015-02-02 14:58:23.948203 America/Los_Angeles" (nbgrader), ISO 8601, seconds since 1970, and what people
    and programs write: "10/24/2026 8:00 PM", "24.10.2026 20:00", "Sat, 24 Oct 2026 20:00:00 +0200", "October
    24, 2026 at 8:00pm". Without a zone it is UTC, as in nbgrader.
    """
    text = " ".join(text[:MOST].replace("\ufeff", "").split())
    for read in (_as_iso, _as_seconds, _as_written):
        try:
            return iso(read(text))
        except (ValueError, KeyError, OverflowError, OSError):
            continue
    return ""


def _as_iso(text: str) -> datetime:
    words = text.split()
    zone: tzinfo = UTC
    if len(words) > 1 and words[-1] != "Z" and words[-1][0].isalpha():
        zone = _zone(words.pop())
    offset = "".join(words[2:])  # after a space
    moment = datetime.fromisoformat(" ".join(words[:2]) + offset)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _as_seconds(text: str) -> datetime:
    """Seconds since 1970 of this century, or milliseconds."""
    if not re.fullmatch(r"1\d{9}(?:\d{3})?(?:\.\d+)?", text):
        raise ValueError
    seconds = float(text)
    return datetime.fromtimestamp(seconds / 1000 if seconds > 1e12 else seconds, UTC)


def _as_written(text: str) -> datetime:
    """A date and a time in any of the usual orders, and what is left of the text as the zone."""
    time = TIME.search(text)
    rest = text.replace(time[0], " ", 1) if time else text
    numbers, named = NUMBERS.search(rest), NAMED.search(rest)
    found = numbers or named
    if time is None or found is None:
        raise ValueError
    year, month, day = _numbers(*numbers.groups()) if numbers else _named(found)
    hour = int(time["hour"])
    if half := time["half"]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if half in "pP" else 0)
    left = FILLING.sub(" ", rest.replace(found[0], " ", 1)).split()
    left += [found["zone"]] if numbers is None and found["zone"] else []
    if len(left) > 1:
        raise ValueError
    moment = datetime(year, month, day, hour, int(time["minute"]), int(time["second"] or 0))
    if left and (offset := OFFSET.fullmatch(left[0])):
        sign = -1 if offset[1] == "-" else 1
        return moment.replace(
            tzinfo=timezone(sign * timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0)))
        )
    return moment.replace(tzinfo=_zone(left[0]) if left and left[0] != "Z" else UTC)


def _numbers(first: str, mark: str, second: str, third: str) -> tuple[int, int, int]:
    """Year, month and day; 05/04/2026 could be either, so that it is an error."""
    one, two, three = int(first), int(second), int(third)
    if (len(first) == 4) == (len(third) == 4):
        raise ValueError
    if len(first) == 4:
        return one, two, three
    if mark == "." or one > 12 or one == two:
        return three, two, one
    if two > 12:
        return three, one, two
    raise ValueError


def _named(found: re.Match[str]) -> tuple[int, int, int]:
    month = MONTHS[(found["month1"] or found["month2"])[:3].casefold()]
    return int(found["year1"] or found["year2"]), month, int(found["day1"] or found["day2"])


def iso(moment: object) -> str:
    """A moment as UTC in ISO 8601 to the second; one without a zone is UTC; "" if it is not a moment."""
    if isinstance(moment, str):
        return utc(moment)
    if not isinstance(moment, datetime):
        return ""
    try:
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat(timespec="seconds")
    except OverflowError:
        return ""


def _zone(name: str) -> tzinfo:
    hours = HOURS.get(name.upper())
    return ZoneInfo(name) if hours is None else timezone(timedelta(hours=hours))
