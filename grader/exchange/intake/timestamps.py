"""When something was handed in: what `timestamp.txt` and exports say, as UTC."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

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


class Stamps:
    """The times that `timestamp.txt` files give to everything in or below their folders."""

    def __init__(self, files: Sequence[ReceivedFile]) -> None:
        self.unreadable: list[NotTaken] = []
        self._times: dict[tuple[object, tuple[str, ...]], str] = {}
        for file in files:
            if file.parts[-1] != STAMP or len(file.parts) < 2:
                continue
            try:
                time = utc(content(file)[:1000].decode("utf-8", "replace"))
                why = "it does not contain a readable date and time"
            except Refused as problem:
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
    """A date and time as UTC in ISO 8601 to the second; "" if it is none, or its zone is unknown.

    "2015-02-02 14:58:23.948203 America/Los_Angeles" (nbgrader), with a short name of a zone, or ISO 8601;
    without a zone it is UTC, as in nbgrader.
    """
    words = text[:MOST].split()
    zone: tzinfo = UTC
    try:
        if len(words) > 1 and words[-1] != "Z" and words[-1][0].isalpha():
            zone = _zone(words.pop())
        offset = "".join(words[2:])  # after a space
        moment = datetime.fromisoformat(" ".join(words[:2]) + offset)
        return iso(moment if moment.tzinfo else moment.replace(tzinfo=zone))
    except (ValueError, KeyError, OverflowError, OSError):
        return ""


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
