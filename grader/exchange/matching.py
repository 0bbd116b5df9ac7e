"""Which student a row or a submission belongs to: an ID outranks a name, and doubt decides nothing."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.core.safe_text import one_line, shown_name, some
from grader.core.students import Person


@dataclass(frozen=True)
class RosterKeys:
    """What tells students apart, the strongest first.

    Attributes:
        tiers: name → tier; rows that differ in every key of a lower tier are different students.
        known: the values that a person has, by these names; "" if unknown.
    """

    tiers: Mapping[str, int]
    known: Callable[[Person], Mapping[str, str]]


def match(
    rows: Mapping[int, Mapping[str, str]], people: Sequence[Person], keys: RosterKeys
) -> tuple[dict[int, Person], list[str]]:
    """Row → person; and a sentence on rows and people without a match, or with more than one.

    A key decides only if none of a lower tier contradicts it: two Jane Does with different numbers are two
    people. A value that several people have decides nothing, nor does a person whom several rows fit.

    Args:
        rows: row number → what the file says under the name of each key.
    """
    by_id = {person.id: person for person in people}
    known = {person.id: keys.known(person) for person in people}
    owners = {
        name: _unique({id: _plain(values[name]) for id, values in known.items()}) for name in keys.tiers
    }
    claims: dict[int, str] = {}
    for number, row in rows.items():
        for name, tier in keys.tiers.items():
            owner = owners[name].get(_plain(row[name]))
            stronger = {other: lower for other, lower in keys.tiers.items() if lower < tier}
            if owner and not _contradicted(row, known[owner], stronger):
                claims.setdefault(number, owner)
    wanted = Counter(claims.values())
    matched = {number: by_id[owner] for number, owner in claims.items() if wanted[owner] == 1}
    doubtful = [
        f"{shown_name(by_id[owner].called)}: {count} rows of the file fit this student; none was changed"
        for owner, count in wanted.items()
        if count > 1
    ]
    strangers = [_called(row) for number, row in rows.items() if number not in claims]
    if strangers:
        doubtful.append(f"in the file but not in the gradebook, left unchanged: {some(strangers)}")
    return matched, doubtful


def without_row(people: Iterable[Person], matched: Mapping[int, Person], keys: RosterKeys) -> list[str]:
    """A sentence for each of `people` that has no row."""

    def signs(person: Person) -> str:
        known = keys.known(person).items()
        return (
            " or ".join(f"{name} {one_line(value, 60)}" for name, value in known if value) or "this student"
        )

    have = {person.id for person in matched.values()}
    return [
        f"{shown_name(person.called)}: the file has no row for {signs(person)}; nothing written"
        for person in people
        if person.id not in have
    ]


def identify(roster: Sequence[Person], unknown: Person) -> Person | None:
    """Who on the roster that is, by the surest sign that fits exactly one: an ID, an address, then a name."""
    logins = [unknown.id, unknown.login, unknown.email.partition("@")[0]]
    signs = (
        lambda p: unknown.id == p.id,
        lambda p: bool(unknown.canvas) and unknown.canvas == p.canvas,
        lambda p: bool(unknown.email) and unknown.email.casefold() == p.email.casefold(),
        lambda p: _any_of([unknown.id, unknown.login], [p.id, p.login, p.sis, p.moodle, p.github, p.email]),
        lambda p: _any_of(logins, [p.id, p.login, p.email.partition("@")[0]]),
        lambda p: _any_of(map(_first_last, [unknown.name, unknown.id]), [_first_last(p.name)]),
        lambda p: _any_of([_squeezed(unknown.name)], [_squeezed(p.sortable)]),
    )
    possible = [person for person in roster if unknown.canvas in ("", person.canvas) or not person.canvas]
    for sign in signs:
        fitting = [person for person in possible if sign(person)]
        if fitting:  # if two fit equally well, a weaker sign must not decide
            return fitting[0] if len(fitting) == 1 else None
    return None


def _contradicted(row: Mapping[str, str], ours: Mapping[str, str], tiers: Mapping[str, int]) -> bool:
    """Whether in some tier both have values and none of them agree: the row is another person's."""
    agreements: dict[int, list[bool]] = {}
    for name, tier in tiers.items():
        if _plain(row[name]) and _plain(ours[name]):
            agreements.setdefault(tier, []).append(_agree(_plain(row[name]), _plain(ours[name])))
    return any(not any(agreed) for agreed in agreements.values())


def _agree(theirs: str, ours: str) -> bool:
    """Equal; `jdoe` and `jdoe@uni.edu` are one login."""
    if ("@" in theirs) != ("@" in ours):
        return theirs.partition("@")[0] == ours.partition("@")[0]
    return theirs == ours


def _unique(values: Mapping[str, str]) -> dict[str, str]:
    counts = Counter(values.values())
    return {value: owner for owner, value in values.items() if value and counts[value] == 1}


def _any_of(mine: Iterable[str], theirs: Iterable[str]) -> bool:
    return bool({word.casefold() for word in mine if word} & {word.casefold() for word in theirs if word})


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _first_last(name: str) -> str:
    """A name for comparison: "Doe, Jane" is "jane doe"."""
    last, comma, first = name.partition(",")
    return _plain(f"{first} {last}" if comma else name)


def _squeezed(name: str) -> str:
    """As Canvas writes names of files: only letters and digits."""
    return re.sub(r"[\W_]+", "", _plain(name))


def _called(row: Mapping[str, str]) -> str:
    named = [value for key, value in row.items() if value and "name" in key]
    return one_line((named or [value for value in row.values() if value] or [""])[0], 80)
