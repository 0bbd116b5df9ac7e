"""Whose row in a teacher's file is whose: by the strongest thing that both know, and never against it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from grader.core.grades import Person
from grader.core.text import one_line, shown_name
from grader.exchange.export import some


class Key(NamedTuple):
    """Something that tells students apart; where two things of a lower tier differ, it is not the same
    student.
    """

    name: str
    value: Callable[[Person], str]
    tier: int


@dataclass(frozen=True)
class Matches:
    """Row → person; and the sentences on rows and people that found nobody, or more than one."""

    found: dict[int, Person]
    doubtful: tuple[str, ...]

    def without_row(self, people: Sequence[Person], keys: Sequence[Key]) -> list[str]:
        """A sentence for each of `people` that has no row."""
        have = {person.id for person in self.found.values()}
        out = []
        for person in people:
            if person.id not in have:
                known = " or ".join(
                    f"{key.name} {one_line(key.value(person), 60)}" for key in keys if key.value(person)
                )
                out.append(
                    f"{shown_name(person.called)}: no row in the file for {known or 'this student'}; nothing written"
                )
        return out


def match(rows: Mapping[int, Mapping[str, str]], people: Sequence[Person], keys: Sequence[Key]) -> Matches:
    """Give every row its person.

    A key decides only where none of a lower tier speaks against it: two Jane Does with different numbers are
    two. A value that several people have decides nothing, nor does a person whom several rows want.

    Args:
        rows: row number → what the file says under the name of each key.
        keys: the strongest first; each with what a person has for it, "" if unknown.
    """
    by_id = {person.id: person for person in people}
    owners = {key.name: _unique({person.id: _plain(key.value(person)) for person in people}) for key in keys}
    claims: dict[int, str] = {}
    for number, row in rows.items():
        for key in keys:
            owner = owners[key.name].get(_plain(row.get(key.name, "")))
            if owner and not _against(row, by_id[owner], [other for other in keys if other.tier < key.tier]):
                claims[number] = owner
                break
    wanted = Counter(claims.values())
    found = {number: by_id[owner] for number, owner in claims.items() if wanted[owner] == 1}
    doubtful = [
        f"{shown_name(by_id[owner].called)}: {count} rows of the file could be theirs; none was touched"
        for owner, count in wanted.items()
        if count > 1
    ]
    strangers = [_called(row) for number, row in rows.items() if number not in claims]
    if strangers:
        doubtful.append(f"in the file and not in the gradebook, left as they were: {some(strangers)}")
    return Matches(found, tuple(doubtful))


def _against(row: Mapping[str, str], owner: Person, stronger: Sequence[Key]) -> bool:
    """Whether some tier of keys, known to both, says that the row is another person's: nothing in it agrees."""
    for tier in {key.tier for key in stronger}:
        pairs = [
            (_plain(row.get(key.name, "")), _plain(key.value(owner))) for key in stronger if key.tier == tier
        ]
        both = [(theirs, ours) for theirs, ours in pairs if theirs and ours]
        if both and not any(_agree(theirs, ours) for theirs, ours in both):
            return True
    return False


def _agree(one: str, other: str) -> bool:
    """Equal; `jdoe` and `jdoe@uni.edu` are one login."""
    if ("@" in one) != ("@" in other):
        return one.partition("@")[0] == other.partition("@")[0]
    return one == other


def _unique(values: Mapping[str, str]) -> dict[str, str]:
    counts = Counter(values.values())
    return {value: owner for owner, value in values.items() if value and counts[value] == 1}


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _called(row: Mapping[str, str]) -> str:
    named = [value for key, value in row.items() if value and "name" in key]
    return one_line((named or [value for value in row.values() if value] or [""])[0], 80)
