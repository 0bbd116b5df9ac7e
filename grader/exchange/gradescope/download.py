"""Gradescope's "Download submissions": `submission_{id}/…`, with the students in `submission_metadata.yml`.

The metadata is Ruby's YAML: `:submitters:` with `:name:`, `:sid:` and `:email:`, `:created_at:`, and
`:history:` of what was handed in before. A `submission_metadata.json`, as autograders get it, is read if it
lies in a submission's folder.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from grader.core.safe_text import encodable
from grader.exchange.intake.gather import content
from grader.exchange.intake.handed_in import Claim, NotTaken, ReceivedFile
from grader.exchange.intake.timestamps import iso
from grader.exchange.intake.unpack import Refused

FOLDER = re.compile(r"submission_(?P<id>\w{1,64})")
METADATA = "submission_metadata.yml"
OF_ONE = "submission_metadata.json"
METADATA_MOST = 256 << 20  # it holds the output of every test of every attempt
KEPT_MOST = 20 << 20
RESULTS = re.compile(r"^(?P<indent>[ -]*):?results:")
KEY = re.compile(r"^(?P<indent>[ -]*)(?::?\w[\w ]*:(?: |$)|-)|^(?:\.\.\.|---)")
Mapped = Mapping[object, object]


class Submitter(NamedTuple):
    """A person as the metadata has it."""

    name: str = ""
    sid: str = ""
    email: str = ""


class Metadata(NamedTuple):
    """Who handed a submission in, and when; a group has several members."""

    submitters: Sequence[Submitter] = ()
    created_at: str = ""


def fits(file: ReceivedFile) -> bool:
    """Whether Gradescope would put the file there."""
    return _index(file) is not None or file.parts[-1] == METADATA


def read(files: Sequence[ReceivedFile]) -> Iterator[Claim | NotTaken]:
    """Whose the files are: a claim for each member of a group."""
    metadata: dict[str, Metadata] = {}
    for file in sorted(files, key=lambda file: file.shown):
        if file.parts[-1] in (METADATA, OF_ONE):
            try:
                metadata.update(_metadata(file))
            except Refused as problem:
                why = f"{problem}; students are named by their submission numbers instead"
                yield NotTaken(file.shown, why)
    for file in files:
        index = _index(file)
        if file.parts[-1] in (METADATA, OF_ONE):
            continue
        if index is None:
            yield NotTaken(file.shown, "it is not in a submission_<id> folder")
            continue
        folder = file.parts[index]
        known = metadata.get(folder, Metadata())
        for person in known.submitters or (Submitter(),):
            key = person.sid or person.email or folder
            yield Claim(
                file, (key,), key, file.parts[-1], file.parts[index + 1 : -1],
                submitted_at=known.created_at, name=person.name, lms_id=folder.partition("_")[2],
                email=person.email,
            )  # fmt: skip


def _index(file: ReceivedFile) -> int | None:
    return next((i for i, part in enumerate(file.parts[:-1]) if FOLDER.fullmatch(part)), None)


def _metadata(file: ReceivedFile) -> dict[str, Metadata]:
    """Folder → whose it is.

    Raises:
        Refused: it does not have the expected form.
    """
    if file.parts[-1] == METADATA:
        return _from_yaml(content(file, METADATA_MOST))
    index = _index(file)
    try:
        entry: object = json.loads(content(file).decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Refused("it is not valid JSON") from None
    if index is None or not isinstance(entry, Mapping):
        raise Refused("it does not describe a submission_<id> folder")
    return {file.parts[index]: _described(entry, "users")}


def _from_yaml(data: bytes) -> dict[str, Metadata]:
    import yaml

    text = "\n".join(_without_results(data.decode("utf-8", "replace").splitlines()))
    if len(text) > KEPT_MOST:
        raise Refused("it is too large")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # of C where the library was built with it
    metadata: dict[str, Metadata] = {}
    try:
        for document in yaml.load_all(text, loader):  # Gradescope joins what it wrote in parts
            for folder, entry in document.items() if isinstance(document, dict) else ():
                if isinstance(entry, Mapping):
                    latest = metadata[str(folder)] = _described(entry, "submitters")
                    for older in _mappings(_get(entry, "history")):
                        if _get(older, "id") is not None:
                            earlier = latest._replace(created_at=iso(_get(older, "created_at")))
                            metadata.setdefault(f"submission_{_get(older, 'id')}", earlier)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError):
        raise Refused("it is not valid YAML") from None
    return metadata


def _without_results(lines: Sequence[str]) -> Iterator[str]:
    """The metadata without the output of tests, which is most of the file and of no use here."""
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
            yield "---" if line == "..." else line  # YAML 1.1 does not start a document after a bare end


def _described(entry: Mapped, people: str) -> Metadata:
    submitters = [
        Submitter(*(_text(_get(person, field)) for field in Submitter._fields))
        for person in _mappings(_get(entry, people))
    ]
    return Metadata(submitters, iso(_get(entry, "created_at")))


def _get(entry: Mapped, key: str) -> object:
    return entry.get(f":{key}", entry.get(key))


def _mappings(value: object) -> list[Mapped]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _text(value: object) -> str:
    """A name or number on one line."""
    known = str(value) if isinstance(value, str | int) else ""
    return " ".join(encodable(known).split())
