"""What Gradescope's "Download submissions" gives: `submission_{id}/…` and `submission_metadata.yml`, which
says whose.

The metadata is Ruby's YAML: `:submitters:` with `:name:`, `:sid:` and `:email:`, `:created_at:`, and
`:history:` of what was handed in before. A `submission_metadata.json`, as autograders get it, is read where
it lies in a submission's folder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.exchange.intake.gather import content
from grader.exchange.intake.handed_in import Claim, Item, Reading
from grader.exchange.intake.timestamps import iso
from grader.exchange.intake.unpack import Refused

FOLDER = re.compile(r"submission_(?P<id>\w{1,64})")
METADATA = "submission_metadata.yml"
OF_ONE = "submission_metadata.json"
METADATA_MOST = 256 << 20  # it holds the output of every test of every attempt
KEPT_MOST = 20 << 20
RESULTS = re.compile(r"^(?P<indent>[ -]*):?results:")
KEY = re.compile(r"^(?P<indent>[ -]*)(?::?\w[\w ]*:(?: |$)|-)|^(?:\.\.\.|---)")


@dataclass(frozen=True)
class Submitter:
    """A person as the metadata have it."""

    name: str = ""
    sid: str = ""
    email: str = ""


@dataclass(frozen=True)
class About:
    """Who handed a submission in, and when; a group has several members."""

    submitters: tuple[Submitter, ...] = ()
    created_at: str = ""


def fits(item: Item) -> bool:
    """Whether Gradescope would put the file there."""
    return _index(item) is not None or item.parts[-1] == METADATA


def read(items: Sequence[Item]) -> Reading:
    """Whose the files are: a claim for each member of a group."""
    reading = Reading()
    about: dict[str, About] = {}
    for item in sorted(items, key=lambda item: item.shown):
        if item.parts[-1] not in (METADATA, OF_ONE):
            continue
        try:
            whole = item.parts[-1] == METADATA
            about.update(
                _from_yaml(content(item, METADATA_MOST)) if whole else _from_json(content(item), item)
            )
        except Refused as problem:
            reading.unknown.append(
                (item.shown, f"{problem}; students are called by the numbers of their submissions")
            )
    for item in items:
        index = _index(item)
        if item.parts[-1] in (METADATA, OF_ONE):
            continue
        if index is None:
            reading.unknown.append((item.shown, "it is not in a submission_<id> folder"))
            continue
        folder = item.parts[index]
        known = about.get(folder, About())
        number = folder.partition("_")[2]
        for who in known.submitters or (Submitter(),):
            key = who.sid or who.email or folder
            reading.claims.append(
                Claim(
                    item=item,
                    person=(key,),
                    key=key,
                    file=item.parts[-1],
                    inside=item.parts[index + 1 : -1],
                    submitted_at=known.created_at,
                    name=who.name,
                    lms_id=number,
                    email=who.email,
                )
            )
    return reading


def _index(item: Item) -> int | None:
    return next((i for i, part in enumerate(item.parts[:-1]) if FOLDER.fullmatch(part)), None)


def _from_yaml(data: bytes) -> dict[str, About]:
    """Folder → whose it is.

    Raises:
        Refused: it is no YAML of the expected form.
    """
    import yaml

    text = "\n".join(_without_results(data.decode("utf-8", "replace").splitlines()))
    if len(text) > KEPT_MOST:
        raise Refused("it is too large")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # of C where the library was built with it
    found: dict[str, About] = {}
    try:
        for document in yaml.load_all(text, loader):  # Gradescope joins what it wrote in parts
            entries = document.items() if isinstance(document, dict) else ()
            for folder, entry in entries:
                if isinstance(entry, dict):
                    people = tuple(_submitters(_get(entry, "submitters")))
                    found[str(folder)] = About(people, iso(_get(entry, "created_at")))
                    for older in _list(_get(entry, "history")):
                        if isinstance(older, dict) and _get(older, "id") is not None:
                            earlier = About(people, iso(_get(older, "created_at")))
                            found.setdefault(f"submission_{_get(older, 'id')}", earlier)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError):
        raise Refused("it cannot be read as YAML") from None
    return found


def _from_json(data: bytes, item: Item) -> dict[str, About]:
    index = _index(item)
    try:
        entry = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Refused("it cannot be read as JSON") from None
    if index is None or not isinstance(entry, dict):
        raise Refused("it says nothing of a submission_<id> folder")
    return {item.parts[index]: About(tuple(_submitters(entry.get("users"))), iso(entry.get("created_at")))}


def _without_results(lines: Sequence[str]) -> Iterator[str]:
    """The metadata without what tests wrote: most of the file, and of no use here."""
    skipping: int | None = None
    for line in lines:
        if skipping is not None:
            key = KEY.match(line)
            if key is None or len(key["indent"] or "") > skipping:
                continue
            skipping = None
        if results := RESULTS.match(line):
            skipping = len(results["indent"])
        else:
            yield "---" if line == "..." else line  # an end alone is no beginning to YAML 1.1


def _submitters(entries: Any) -> Iterator[Submitter]:
    for entry in _list(entries):
        if isinstance(entry, dict):
            yield Submitter(*(_text(_get(entry, field)) for field in ("name", "sid", "email")))


def _get(entry: Mapping[Any, Any], key: str) -> Any:
    return entry.get(f":{key}", entry.get(key))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    """A name or number on one line."""
    return (
        " ".join(str(value).encode("utf-8", "replace").decode().split())
        if isinstance(value, (str, int))
        else ""
    )
